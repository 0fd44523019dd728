import { z } from 'zod'
import type { DatabaseAddress } from './databaseAddress.ts'
import { databaseEnvironment, databaseFrom, differs, isLoopback } from './databaseSettings.ts'
import { type TemporalAddress, temporalFrom } from './temporalAddress.ts'

/** All that a process of the deployment is told from outside. */
export interface Settings {
  database: DatabaseAddress
  temporal: TemporalAddress
  api: {
    host: string
    port: number
    /** Are /docs and /openapi.json served? */
    docs: boolean
    /** Whose `X-Forwarded-For` is believed: addresses, subnets, `loopback`, `uniquelocal`, by commas. */
    trustedProxies: string
    /** Requests of one key in a minute, in one process. */
    keyRatePerMinute: number
  }
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
    ...databaseEnvironment,
    CLAIMHUB_DB_POOL: positive.default(10),
    CLAIMHUB_API_HOST: z.string().default('127.0.0.1'),
    CLAIMHUB_API_DOCS: z.enum(['on', 'off']).optional(),
    CLAIMHUB_TRUSTED_PROXIES: z.string().default('loopback'),
    CLAIMHUB_KEY_RATE_PER_MINUTE: positive.default(12_000),
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
    CLAIMHUB_MAX_CACHED_WORKFLOWS: positive.default(600),
  })
  .refine((env) => env.CLAIMHUB_LEASE_SECONDS > env.CLAIMHUB_DELIVER_TIMEOUT_SECONDS, {
    message: 'must be longer than CLAIMHUB_DELIVER_TIMEOUT_SECONDS: the lease outlives the sender',
    path: ['CLAIMHUB_LEASE_SECONDS'],
  })
  .refine(differs.check, differs.says)

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
    database: databaseFrom(data, data.CLAIMHUB_DB_POOL),
    temporal,
    api: {
      host: data.CLAIMHUB_API_HOST,
      port: data.CLAIMHUB_API_PORT,
      // Where others than this machine can ask, nobody is shown the house unless somebody wants it so.
      docs: data.CLAIMHUB_API_DOCS === undefined ? isLoopback(data.CLAIMHUB_API_HOST) : data.CLAIMHUB_API_DOCS === 'on',
      trustedProxies: data.CLAIMHUB_TRUSTED_PROXIES,
      keyRatePerMinute: data.CLAIMHUB_KEY_RATE_PER_MINUTE,
    },
    secretsKey: data.CLAIMHUB_SECRETS_KEY,
    codecKey:
      data.CLAIMHUB_CODEC_KEY === undefined ? null : { id: data.CLAIMHUB_CODEC_KEY_ID, bytes: data.CLAIMHUB_CODEC_KEY },
    clock: data.CLAIMHUB_CLOCK,
    logLevel: data.CLAIMHUB_LOG_LEVEL,
    failpoint: data.CLAIMHUB_FAILPOINT,
    leaseSeconds: data.CLAIMHUB_LEASE_SECONDS,
    deliverTimeoutSeconds: data.CLAIMHUB_DELIVER_TIMEOUT_SECONDS,
    heartbeatSeconds: data.CLAIMHUB_HEARTBEAT_SECONDS,
    maxCachedWorkflows: data.CLAIMHUB_MAX_CACHED_WORKFLOWS,
  }
}

const NO_TEMPORAL = 'TEMPORAL_ADDRESS is missing'

function incomplete(wrong: string[]): Error {
  return new Error(
    `the environment is not complete: ${wrong.join('; ')} (see docs/operations.md; \`claimhub up\` sets all of it)`,
  )
}
