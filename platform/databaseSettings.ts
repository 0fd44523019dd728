import { z } from 'zod'
import type { DatabaseAddress, RoleSettings } from './databaseAddress.ts'

const seconds = z.coerce.number().positive()

/** What `migrate` and every process need to know of the database. */
export const databaseEnvironment = {
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  CLAIMHUB_DB_PASSWORD: z.string().min(1),
  CLAIMHUB_DB_ACROSS_PASSWORD: z.string().min(1),
}

/**
 * Limits that `migrate` sets on the roles; whoever signs in as one of them is under them, also
 * through a pooler.
 */
const limits = {
  CLAIMHUB_DB_STATEMENT_TIMEOUT_SECONDS: seconds.default(30),
  CLAIMHUB_DB_LOCK_TIMEOUT_SECONDS: seconds.default(10),
  CLAIMHUB_DB_IDLE_TRANSACTION_TIMEOUT_SECONDS: seconds.default(60),
}

type DatabaseVariables = z.output<z.ZodObject<typeof databaseEnvironment>>

/** Each role has a password of its own: who learns one must not hold the other. */
export const differs = {
  check: (env: DatabaseVariables) => env.CLAIMHUB_DB_ACROSS_PASSWORD !== env.CLAIMHUB_DB_PASSWORD,
  says: {
    message: 'must be another than CLAIMHUB_DB_PASSWORD: the two roles share nothing',
    path: ['CLAIMHUB_DB_ACROSS_PASSWORD'],
  },
}

/**
 * The application roles have names and passwords of their own: only host, port, database and
 * `sslmode` of the address are used.
 */
export function databaseFrom(env: DatabaseVariables, poolSize: number): DatabaseAddress {
  const url = new URL(env.DATABASE_URL)
  return {
    host: hostOf(url),
    port: Number(url.port || 5432),
    database: decodeURIComponent(url.pathname.slice(1)),
    password: env.CLAIMHUB_DB_PASSWORD,
    acrossPassword: env.CLAIMHUB_DB_ACROSS_PASSWORD,
    poolSize,
    ...(needsTls(url) ? { tls: true } : {}),
  }
}

/**
 * What `migrate` needs: the owner's address and what it gives the roles. Throws one sentence that
 * names what is missing or wrong.
 */
export function ownerFrom(env: NodeJS.ProcessEnv): { url: string; tls: boolean; roles: RoleSettings } {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const parsed = z
    .object({ ...databaseEnvironment, ...limits })
    .refine(differs.check, differs.says)
    .safeParse(given)
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path: [name = 'the environment'], message }) =>
      env[String(name)] ? `${String(name)} ${message}` : `${String(name)} is missing`,
    )
    throw new Error(`migrate needs DATABASE_URL of the owner and passwords for the two roles: ${wrong.join('; ')}`)
  }
  const { data } = parsed
  const url = new URL(data.DATABASE_URL)
  const tls = needsTls(url)
  // pg knows some modes under other names; only those of this list count.
  url.searchParams.delete('sslmode')
  return {
    url: url.href,
    tls,
    roles: {
      appPassword: data.CLAIMHUB_DB_PASSWORD,
      acrossPassword: data.CLAIMHUB_DB_ACROSS_PASSWORD,
      statementMs: data.CLAIMHUB_DB_STATEMENT_TIMEOUT_SECONDS * 1_000,
      lockMs: data.CLAIMHUB_DB_LOCK_TIMEOUT_SECONDS * 1_000,
      idleTransactionMs: data.CLAIMHUB_DB_IDLE_TRANSACTION_TIMEOUT_SECONDS * 1_000,
    },
  }
}

/**
 * Without `sslmode`, TLS is asked of every server that is not this machine. `allow` and `prefer`
 * would fall back to plain text in silence.
 */
function needsTls(url: URL): boolean {
  const sslmode = url.searchParams.get('sslmode')
  if (sslmode === null) return !isLoopback(hostOf(url))
  if (sslmode === 'disable') return false
  if (['require', 'verify-ca', 'verify-full'].includes(sslmode)) return true
  throw new Error('DATABASE_URL: sslmode must be disable, require, verify-ca or verify-full')
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}

/** Does the host name this machine, and nothing that others can reach? */
export function isLoopback(host: string): boolean {
  return host === '' || host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}
