import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'

/** The owner's address of the database: of a data folder of `claimhub up`, else DATABASE_URL. */
export function ownerUrl(data: string | undefined, env: NodeJS.ProcessEnv = process.env): string {
  if (data === undefined) {
    const url = env['DATABASE_URL']
    if (!url)
      throw new Error('say --data FOLDER for a stack of `claimhub up`, or set DATABASE_URL to the owner’s address')
    return url
  }
  const file = path.join(data, 'stack.json')
  if (!existsSync(file)) throw new Error(`${data} is no data folder of \`claimhub up\`: it has no stack.json`)
  const { ports, password } = JSON.parse(readFileSync(file, 'utf8'))
  return `postgres://owner:${password}@127.0.0.1:${ports.postgres}/claimhub`
}

/** One session, closed afterwards; the error names what to do. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
  } catch (error) {
    const code = (error as { code?: string }).code
    const why =
      code === 'ECONNREFUSED' ? 'no Postgres answers there' : `Postgres refuses the sign-in (${code ?? 'unknown'})`
    throw new Error(`the database cannot be reached: ${why}`, { cause: error })
  }
  try {
    return await work(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}
