import { z } from 'zod'
import type { DatabaseAddress } from './databaseAddress.ts'
import { type TemporalAddress, temporalFrom } from './temporalAddress.ts'

/** All that a process of the deployment is told from outside. */
export interface Settings {
  database: DatabaseAddress
  temporal: TemporalAddress
  api: { host: string; port: number }
  /** Seals the connections' secrets; 32 bytes. */
  secretsKey: Buffer
  /** Encrypts Temporal's payloads when given; 32 bytes. */
  codecKey: { id: string; bytes: Buffer } | null
  /** `CLAIMHUB_CLOCK`, see platform/clock.ts. */
  clock: string | undefined
  logLevel: string
  failpoint: string | undefined
  /** How long a sender owns an interchange. */
  leaseSeconds: number
  /** Time limit of one call to a provider; shorter than the lease. */
  deliverTimeoutSeconds: number
  /** A worker that is silent for so long is taken for dead. */
  heartbeatSeconds: number
  /** A provider that is out of reach for so long is told to a person. */
  unsentAlertSeconds: number
  maxCachedWorkflows: number
}

const positive = z.coerce.number().positive()
const key32 = z.base64().transform((text, context) => {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length !== 32)
    context.addIssue({ code: 'custom', message: 'must be 32 bytes in base64 (`openssl rand -base64 32`)' })
  return bytes
})

const environment = z
  .object({
    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
    CLAIMHUB_DB_PASSWORD: z.string().min(1),
    CLAIMHUB_DB_POOL: positive.default(10),
    CLAIMHUB_API_HOST: z.string().default('127.0.0.1'),
    CLAIMHUB_API_PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
    CLAIMHUB_SECRETS_KEY: key32,
    CLAIMHUB_CODEC_KEY: key32.optional(),
    CLAIMHUB_CODEC_KEY_ID: z.string().default('claimhub'),
    CLAIMHUB_CLOCK: z.string().optional(),
    CLAIMHUB_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
    CLAIMHUB_FAILPOINT: z.string().optional(),
    CLAIMHUB_LEASE_SECONDS: positive.default(60),
    CLAIMHUB_DELIVER_TIMEOUT_SECONDS: positive.default(45),
    CLAIMHUB_HEARTBEAT_SECONDS: positive.default(10),
    CLAIMHUB_UNSENT_ALERT_SECONDS: positive.default(1_800),
    CLAIMHUB_MAX_CACHED_WORKFLOWS: positive.default(600),
  })
  .refine((env) => env.CLAIMHUB_LEASE_SECONDS > env.CLAIMHUB_DELIVER_TIMEOUT_SECONDS, {
    message: 'must be longer than CLAIMHUB_DELIVER_TIMEOUT_SECONDS: the lease outlives the sender',
    path: ['CLAIMHUB_LEASE_SECONDS'],
  })

/** Reads the settings from the environment. Throws one sentence that names every variable that is missing or wrong. */
export function settingsFrom(env: NodeJS.ProcessEnv): Settings {
  const parsed = environment.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')))
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path: [name = 'the environment'], message }) =>
      env[String(name)] ? `${String(name)} ${message}` : `${String(name)} is missing`,
    )
    throw incomplete([...wrong, ...(temporalFrom(env) === null ? [NO_TEMPORAL] : [])])
  }
  const temporal = temporalFrom(env)
  if (temporal === null) throw incomplete([NO_TEMPORAL])
  const { data } = parsed
  return {
    database: databaseFrom(data.DATABASE_URL, data.CLAIMHUB_DB_PASSWORD, data.CLAIMHUB_DB_POOL),
    temporal,
    api: { host: data.CLAIMHUB_API_HOST, port: data.CLAIMHUB_API_PORT },
    secretsKey: data.CLAIMHUB_SECRETS_KEY,
    codecKey:
      data.CLAIMHUB_CODEC_KEY === undefined ? null : { id: data.CLAIMHUB_CODEC_KEY_ID, bytes: data.CLAIMHUB_CODEC_KEY },
    clock: data.CLAIMHUB_CLOCK,
    logLevel: data.CLAIMHUB_LOG_LEVEL,
    failpoint: data.CLAIMHUB_FAILPOINT,
    leaseSeconds: data.CLAIMHUB_LEASE_SECONDS,
    deliverTimeoutSeconds: data.CLAIMHUB_DELIVER_TIMEOUT_SECONDS,
    heartbeatSeconds: data.CLAIMHUB_HEARTBEAT_SECONDS,
    unsentAlertSeconds: data.CLAIMHUB_UNSENT_ALERT_SECONDS,
    maxCachedWorkflows: data.CLAIMHUB_MAX_CACHED_WORKFLOWS,
  }
}

const NO_TEMPORAL = 'TEMPORAL_ADDRESS is missing'

function incomplete(wrong: string[]): Error {
  return new Error(
    `the environment is not complete: ${wrong.join('; ')} (see docs/operations.md; \`claimhub up\` sets all of it)`,
  )
}

/** The application roles have names and a password of their own: only host, port, database and `sslmode` of the address are used. */
function databaseFrom(address: string, password: string, poolSize: number): DatabaseAddress {
  const url = new URL(address)
  const sslmode = url.searchParams.get('sslmode') ?? 'disable'
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 5432),
    database: decodeURIComponent(url.pathname.slice(1)),
    password,
    poolSize,
    ...(['disable', 'allow', 'prefer'].includes(sslmode) ? {} : { tls: true }),
  }
}
