import { DEMO_HMOS } from '../../seed/hmos.ts'
import type { Stack } from '../../stack/stack.ts'
import type { StackState } from '../../stack/stackState.ts'
import { type Link, openLink } from './links.ts'

/** Services of somebody else; absent: embedded ones of our own. */
export interface Services {
  /** postgres://… of the database's owner. */
  databaseUrl?: string | undefined
  /** host:port */
  temporalAddress?: string | undefined
}

interface Places {
  /** The owner's address. */
  database: URL
  temporal: { host: string; port: number }
  /** What every process must be told of somebody else's services. */
  environment: Record<string, string>
}

const HERE = '127.0.0.1'

/** Where Postgres and Temporal are. */
export function placesOf(state: StackState, { databaseUrl, temporalAddress }: Services): Places {
  const { ports, password } = state
  return {
    database: new URL(databaseUrl ?? `postgres://owner:${password}@${HERE}:${ports.postgres}/claimhub`),
    temporal: temporalAddress === undefined ? { host: HERE, port: ports.temporal } : hostAndPort(temporalAddress),
    environment: temporalAddress === undefined ? {} : { TEMPORAL_ADDRESS: temporalAddress },
  }
}

function hostAndPort(address: string): { host: string; port: number } {
  const { hostname: host, port } = new URL(`tcp://${address}`)
  if (host === '' || port === '') throw new Error(`${address} is no address of Temporal: host:port is expected`)
  return { host, port: Number(port) }
}

/** The ways of the processes of one kind to Postgres and Temporal, and what they must be told. */
export async function processLinks(
  kind: 'worker' | 'api',
  { database, temporal }: Places,
): Promise<{ links: Link[]; environment: Record<string, string> }> {
  const toPostgres = { host: database.hostname, port: Number(database.port || 5432) }
  const postgres = await openLink(`${kind} to postgres`, toPostgres)
  const server = await openLink(`${kind} to temporal`, temporal)
  const through = new URL(database)
  through.host = `${HERE}:${postgres.port}`
  return {
    links: [postgres, server],
    environment: { DATABASE_URL: through.href, TEMPORAL_ADDRESS: `${HERE}:${server.port}` },
  }
}

interface TwinLink {
  kind: string
  /** Where the twin listens itself. */
  port: number
  link: Link
}

/** The ways to every port of the twins. */
export function twinLinks({ twinPorts }: StackState): Promise<TwinLink[]> {
  const ports = DEMO_HMOS.flatMap(({ twin }) =>
    twin === null ? [] : (twinPorts[twin.kind] ?? []).map((port) => ({ kind: twin.kind, port })),
  )
  return Promise.all(
    ports.map(async ({ kind, port }) => {
      const link = await openLink(`worker to the ${kind} twin`, { host: HERE, port })
      return { kind, port, link }
    }),
  )
}

/** What the twins say of how they are reached, by way of the links: before it is seeded. */
export function throughLinks({ twins }: Stack, links: readonly TwinLink[]): void {
  for (const { kind, port, link } of links)
    for (const [name, connection] of Object.entries(twins))
      if (name === kind) connection.endpoint = elsewhere(connection.endpoint, port, link.port)
}

/** Ports stand as numbers of their own, or in addresses. */
function elsewhere(endpoint: Record<string, unknown>, port: number, instead: number): Record<string, unknown> {
  return JSON.parse(JSON.stringify(endpoint).replaceAll(new RegExp(`:${port}\\b`, 'g'), `:${instead}`))
}
