import { z } from 'zod'
import type { DatabaseAddress } from '../db/connect.ts'
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
    const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`)
    throw new Error(
      `the environment is not complete: ${wrong.join('; ')} (see docs/operations.md; \`claimhub up\` sets all of it)`,
    )
  }
  const { data } = parsed
  const url = new URL(data.DATABASE_URL)
  return {
    database: {
      host: url.hostname,
      port: Number(url.port || 5432),
      database: url.pathname.slice(1),
      password: data.CLAIMHUB_DB_PASSWORD,
      poolSize: data.CLAIMHUB_DB_POOL,
    },
    temporal: {
      address: data.TEMPORAL_ADDRESS,
      namespace: data.TEMPORAL_NAMESPACE,
      ...(data.TEMPORAL_API_KEY === undefined ? {} : { apiKey: data.TEMPORAL_API_KEY, tls: true as const }),
    },
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
    maxCachedWorkflows: data.CLAIMHUB_MAX_CACHED_WORKFLOWS,
  }
}
