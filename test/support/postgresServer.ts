import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { managed } from '../../cli/stack/managed.ts'
import { migrate } from '../../db/migrate.ts'
import { ensureCluster, ensureDatabase, OWNER, serverArguments } from '../../platform/embeddedPostgres.ts'
import { freePort } from '../../platform/ports.ts'
import { postgresProgram } from '../../platform/postgresProgram.ts'
import { TEST_ROLES } from './roles.ts'

declare module 'vitest' {
  interface ProvidedContext {
    postgres: { port: number; password: string }
  }
}

/** Speed over durability: a test database that a crash destroys is no loss. */
const CARELESS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: 500 }

/** One embedded Postgres per run, with a migrated template database that every test file copies. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const parent = mkdtempSync(path.join(os.tmpdir(), 'claimhub-test-pg-'))
  chmodSync(parent, 0o755)
  const password = TEST_ROLES.appPassword
  const port = await freePort()
  const folder = path.join(parent, 'data')
  const program = postgresProgram()
  const server = managed({
    name: 'the test Postgres',
    command: program.postgres,
    args: serverArguments(folder, port, CARELESS),
    env: process.env,
    user: program.user,
    stopSignal: 'SIGINT',
    logFile: path.join(parent, 'postgres.log'),
    prepare: () => ensureCluster(program, { folder, password }, ['--no-sync']),
    ready: async (aborted) => {
      await ensureDatabase(port, password, aborted)
      return {}
    },
  })
  await server.start()
  await makeTemplate(port, password)
  project.provide('postgres', { port, password })
  return async () => {
    await server.stop()
    rmSync(parent, { recursive: true, force: true })
  }
}

async function makeTemplate(port: number, password: string): Promise<void> {
  const connectTo = (database: string) => {
    const pool = new pg.Pool({ host: '127.0.0.1', port, user: OWNER, password, database })
    pool.on('error', () => undefined)
    return new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  }
  const admin = connectTo('postgres')
  await sql`create database template_claimhub`.execute(admin)
  await admin.destroy()
  const owner = connectTo('template_claimhub')
  await migrate(owner, TEST_ROLES)
  await owner.destroy()
}
