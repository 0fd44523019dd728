import { z } from 'zod'
import { type Allowed, allowedFrom } from './addresses/allowList.ts'
import type { DatabaseAddress } from './databaseAddress.ts'
import { databaseEnvironment, databaseFrom, differs, isLoopback } from './databaseSettings.ts'
import type { IsolateLimits } from './isolate/isolate.ts'
import { type SecretsKeys, secretsKey } from './seal.ts'
import { type TemporalAddress, temporalFrom } from './temporalAddress.ts'

/** Everything that a process of the deployment gets from its environment. */
export interface Settings {
  database: DatabaseAddress
  temporal: TemporalAddress
  api: {
    host: string
    port: number
    /** Are /docs and /openapi.json served? */
    docs: boolean
    /**
     * Whose `X-Forwarded-For` is believed: addresses, subnets, `loopback`, `uniquelocal`, by
     * commas.
     */
    trustedProxies: string
    /** Requests of one key in a minute, in one process. */
    keyRatePerMinute: number
  }
  /** Seal the connections' secrets. */
  secretsKeys: SecretsKeys
  /** Encrypts Temporal's payloads when given; 32 bytes. */
  codecKey: { id: string; bytes: Buffer } | null
  /** What connections may reach beside public addresses. */
  allowedAddresses: Allowed[]
  /** `CLAIMHUB_CLOCK`, see platform/clock.ts. */
  clock: string | undefined
  /**
   * Where to report a security problem, as an address with its scheme; null when the deployment
   * names nobody.
   */
  securityContact: string | null
  logLevel: string
  /** How long a sender owns an interchange. */
  leaseSeconds: number
  /** Time limit of one call to a provider; shorter than the lease. */
  deliverTimeoutSeconds: number
  /** A worker that is silent for so long is taken for dead. */
  heartbeatSeconds: number
  /** Failed collections in a row after which a person is told. */
  collectFailures: number
  /**
   * Control numbers that a connection may have used on each day between a backup and its restore.
   */
  restoreNumbersADay: number
  /** A provider that is out of reach for so long is told to a person. */
  unsentAlertSeconds: number
  maxCachedWorkflows: number
  /** What reading the documents of providers may cost. */
  decode: IsolateLimits
  /** What looking into the files that people attach may cost. */
  inspect: IsolateLimits
}

/**
 * They steer the tests' own programs (cli/chaos/process.js). A process of the deployment must not
 * be steered so: a place to die at or a defect would be one variable away.
 */
export const TESTS_ONLY = ['CLAIMHUB_FAILPOINT', 'CLAIMHUB_PLANTED_DEFECT'] as const

const positive = z.coerce.number().positive()
const key32 = z.base64().transform((text, context) => {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length !== 32)
    context.addIssue({ code: 'custom', message: 'must be 32 bytes in base64 (`openssl rand -base64 32`)' })
  return bytes
})

/** Base64 keys by commas. */
const keys32 = z
  .string()
  .default('')
  .transform((text) => text.split(',').map((each) => each.trim()))
  .transform((texts) => texts.filter((each) => each !== ''))
  .pipe(z.array(key32))
const allowed = z
  .string()
  .default('')
  .transform((text, context) => {
    try {
      return allowedFrom(text)
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message })
      return z.NEVER
    }
  })

/** Each variable with its rule and its default; `.env.example` says what each is for. */
export const environment = z
  .object({
    ...databaseEnvironment,
    CLAIMHUB_DB_POOL: positive.default(10),
    CLAIMHUB_API_HOST: z.string().default('127.0.0.1'),
    CLAIMHUB_API_DOCS: z.enum(['on', 'off']).optional(),
    CLAIMHUB_TRUSTED_PROXIES: z.string().default('loopback'),
    CLAIMHUB_KEY_RATE_PER_MINUTE: positive.default(12_000),
    CLAIMHUB_API_PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
    CLAIMHUB_SECRETS_KEY: key32,
    CLAIMHUB_SECRETS_OTHER_KEYS: keys32,
    CLAIMHUB_CODEC_KEY: key32.optional(),
    CLAIMHUB_CODEC_KEY_ID: z.string().default('claimhub'),
    CLAIMHUB_ALLOWED_ADDRESSES: allowed,
    CLAIMHUB_CLOCK: z.string().optional(),
    CLAIMHUB_SECURITY_CONTACT: z.url({ protocol: /^(mailto|https|tel)$/ }).optional(),
    CLAIMHUB_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
    CLAIMHUB_LEASE_SECONDS: positive.default(60),
    CLAIMHUB_DELIVER_TIMEOUT_SECONDS: positive.default(45),
    CLAIMHUB_HEARTBEAT_SECONDS: positive.default(10),
    CLAIMHUB_COLLECT_FAILURES: z.coerce.number().int().positive().default(5),
    CLAIMHUB_RESTORE_NUMBERS_PER_DAY: z.coerce.number().int().positive().default(1_000),
    CLAIMHUB_UNSENT_ALERT_SECONDS: positive.default(1_800),
    CLAIMHUB_MAX_CACHED_WORKFLOWS: positive.default(600),
    CLAIMHUB_DECODE_PROCESSES: positive.int().default(2),
    CLAIMHUB_DECODE_SECONDS: positive.default(30),
    CLAIMHUB_DECODE_HEAP_MB: positive.int().min(64).default(1_024),
    CLAIMHUB_INSPECT_PROCESSES: positive.int().default(2),
    CLAIMHUB_INSPECT_SECONDS: positive.default(10),
    CLAIMHUB_INSPECT_HEAP_MB: positive.int().min(64).default(256),
  })
  .refine((env) => env.CLAIMHUB_LEASE_SECONDS > env.CLAIMHUB_DELIVER_TIMEOUT_SECONDS, {
    message: 'must be longer than CLAIMHUB_DELIVER_TIMEOUT_SECONDS: the lease outlives the sender',
    path: ['CLAIMHUB_LEASE_SECONDS'],
  })
  .refine(differs.check, differs.says)

/**
 * Reads the settings from the environment. Throws one sentence that names every variable that is
 * missing or wrong.
 */
export function settingsFrom(env: NodeJS.ProcessEnv): Settings {
  const temporal = temporalFrom(env)
  const settings = settingsBesides(env, temporal === null ? [NO_TEMPORAL] : [])
  if (temporal === null) throw incomplete([NO_TEMPORAL])
  return { ...settings, temporal }
}

/** The same for a command that does not need Temporal. */
export function storageFrom(
  env: NodeJS.ProcessEnv,
): Pick<Settings, 'database' | 'secretsKeys' | 'clock' | 'allowedAddresses'> {
  return settingsBesides(env, [])
}

/** All settings but Temporal's; `missing` is what the caller misses besides. */
function settingsBesides(env: NodeJS.ProcessEnv, missing: string[]): Omit<Settings, 'temporal'> {
  const steering = TESTS_ONLY.find((name) => env[name])
  if (steering !== undefined)
    throw new Error(
      `${steering} is set: it is for the tests' own programs, and no process of a deployment starts with it`,
    )
  const parsed = environment.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')))
  const wrong = (parsed.error?.issues ?? []).map(({ path: [name = 'the environment'], message }) =>
    env[String(name)] ? `${String(name)} ${message}` : `${String(name)} is missing`,
  )
  if (!parsed.success || missing.length > 0) throw incomplete([...wrong, ...missing])
  const { data } = parsed
  return {
    database: databaseFrom(data, data.CLAIMHUB_DB_POOL),
    api: {
      host: data.CLAIMHUB_API_HOST,
      port: data.CLAIMHUB_API_PORT,
      // Where others than this machine can ask, nobody is shown the house unless somebody wants it
      // so.
      docs: data.CLAIMHUB_API_DOCS === undefined ? isLoopback(data.CLAIMHUB_API_HOST) : data.CLAIMHUB_API_DOCS === 'on',
      trustedProxies: data.CLAIMHUB_TRUSTED_PROXIES,
      keyRatePerMinute: data.CLAIMHUB_KEY_RATE_PER_MINUTE,
    },
    secretsKeys: {
      current: secretsKey(data.CLAIMHUB_SECRETS_KEY),
      others: data.CLAIMHUB_SECRETS_OTHER_KEYS.map(secretsKey),
    },
    codecKey:
      data.CLAIMHUB_CODEC_KEY === undefined ? null : { id: data.CLAIMHUB_CODEC_KEY_ID, bytes: data.CLAIMHUB_CODEC_KEY },
    allowedAddresses: data.CLAIMHUB_ALLOWED_ADDRESSES,
    clock: data.CLAIMHUB_CLOCK,
    securityContact: data.CLAIMHUB_SECURITY_CONTACT ?? null,
    logLevel: data.CLAIMHUB_LOG_LEVEL,
    leaseSeconds: data.CLAIMHUB_LEASE_SECONDS,
    deliverTimeoutSeconds: data.CLAIMHUB_DELIVER_TIMEOUT_SECONDS,
    heartbeatSeconds: data.CLAIMHUB_HEARTBEAT_SECONDS,
    collectFailures: data.CLAIMHUB_COLLECT_FAILURES,
    restoreNumbersADay: data.CLAIMHUB_RESTORE_NUMBERS_PER_DAY,
    unsentAlertSeconds: data.CLAIMHUB_UNSENT_ALERT_SECONDS,
    maxCachedWorkflows: data.CLAIMHUB_MAX_CACHED_WORKFLOWS,
    decode: {
      processes: data.CLAIMHUB_DECODE_PROCESSES,
      seconds: data.CLAIMHUB_DECODE_SECONDS,
      heapMb: data.CLAIMHUB_DECODE_HEAP_MB,
      answerBytes: MOST_SAID_BYTES,
    },
    inspect: {
      processes: data.CLAIMHUB_INSPECT_PROCESSES,
      seconds: data.CLAIMHUB_INSPECT_SECONDS,
      heapMb: data.CLAIMHUB_INSPECT_HEAP_MB,
      answerBytes: 100_000_000,
    },
  }
}

/** A remittance of 10,000 lines says about 10 MB. */
const MOST_SAID_BYTES = 64_000_000

const NO_TEMPORAL = 'TEMPORAL_ADDRESS is missing'

function incomplete(wrong: string[]): Error {
  return new Error(
    `the environment is not complete: ${wrong.join('; ')} (see docs/operations.md; \`claimhub up\` sets all of it)`,
  )
}
