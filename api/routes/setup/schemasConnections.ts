import { z } from 'zod'
import { COLLECT_FAILURE_NAMES } from '../../../domain/inbox/collectFailure.ts'
import { currency, day, id, instant, providerId, zone } from '../../http/schemas.ts'

const days = z.int().min(1).max(3_650)

/** What a connection may state differently from its provider's declaration. */
const deadlines = z
  .strictObject({
    ackDays: days.optional(),
    decisionDays: days.optional(),
    documentsDays: days.optional(),
    paymentDays: days.optional(),
    resubmissionDays: days.optional(),
    filingLimitDays: days.optional(),
    levelDays: days.optional(),
    workingDays: z.boolean().optional(),
    holidays: z.array(day).max(500).optional(),
  })
  .meta({ id: 'Deadlines', description: 'Days of each stage; what is absent is as the provider’s declaration says' })

/** A freeze of sending, as people see it. */
export const frozen = z
  .object({
    scope: z.enum(['all', 'connection', 'adapter']),
    cause: z.enum(['operator', 'restored']).meta({ description: '`restored`: the database came from a backup' }),
    reason: z.string(),
    by: z.string(),
    since: instant.nullable(),
  })
  .meta({ id: 'Freeze' })

const at = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
  .meta({ description: 'HH:MM in the zone of the connection' })
const maxClaims = z.int().min(1).max(10_000).optional().meta({ description: 'A batch with so many claims is full' })

const batchCalendar = z
  .discriminatedUnion('every', [
    z.strictObject({ every: z.literal('day'), at, maxClaims }),
    z.strictObject({
      every: z.literal('week'),
      at,
      weekday: z.int().min(1).max(7).meta({ description: '1 = Monday' }),
      maxClaims,
    }),
    z.strictObject({
      every: z.literal('month'),
      at,
      day: z.int().min(1).max(31).meta({ description: 'A shorter month closes on its last day' }),
      maxClaims,
    }),
  ])
  .nullable()
  .meta({ description: 'When claims leave together; null: each leaves at once' })

/** Checked further by the schemas of the provider's adapter and transport. */
const free = z.record(z.string().max(100), z.unknown())
const secretName = z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,49}$/)
const secret = z.string().min(1).max(20_000)

const changeable = {
  zone,
  endpoint: free.meta({ description: 'Where the provider is reached; schema: the provider’s `capabilities.endpoint`' }),
  settings: free.meta({ description: 'Schema: the provider’s `capabilities.settings`' }),
  deadlines,
  pollSeconds: z.int().min(1).max(604_800).meta({ description: 'Business time between two collections' }),
  requestsPerSecond: z.number().min(0.01).max(10_000).multipleOf(0.01).nullable(),
  enabled: z.boolean().meta({
    description:
      'false: nothing is sent, asked or collected, and claims say that they wait; what is pushed or uploaded is still read',
  }),
  batchCalendar,
}

export const newConnection = z
  .strictObject({
    providerId,
    mode: z.enum(['test', 'production']),
    currency,
    zone: changeable.zone.default('UTC'),
    endpoint: changeable.endpoint,
    settings: changeable.settings,
    secrets: z.record(secretName, secret).default({}).meta({
      description: 'Never given back. A value that begins with `env:` is refused: references are the operator’s',
    }),
    deadlines: changeable.deadlines.default({}),
    pollSeconds: changeable.pollSeconds.default(900),
    requestsPerSecond: changeable.requestsPerSecond.default(null),
    enabled: changeable.enabled.default(true),
    batchCalendar: changeable.batchCalendar.default(null),
  })
  .meta({ id: 'NewConnection' })

export const connectionChange = z
  .strictObject({
    zone: changeable.zone.optional(),
    endpoint: changeable.endpoint.optional(),
    settings: changeable.settings.optional(),
    secrets: z
      .record(secretName, secret.nullable())
      .optional()
      .meta({ description: 'Only the named ones change; null removes one' }),
    deadlines: changeable.deadlines.optional(),
    pollSeconds: changeable.pollSeconds.optional(),
    requestsPerSecond: changeable.requestsPerSecond.optional(),
    enabled: changeable.enabled.optional(),
    batchCalendar: changeable.batchCalendar.optional(),
  })
  .meta({ id: 'ConnectionChange' })

export const connection = z
  .object({
    connectionId: id,
    providerId,
    mode: z.enum(['test', 'production']),
    currency: z.string(),
    zone: z.string(),
    endpoint: free,
    settings: free,
    secretNames: z.array(z.string()).meta({ description: 'Which secrets are set' }),
    deadlines,
    pollSeconds: z.int(),
    requestsPerSecond: z.number().nullable(),
    enabled: z.boolean(),
    batchCalendar,
    stoppedBecause: z
      .string()
      .nullable()
      .meta({ description: 'Nothing is sent until somebody resumes the connection' }),
    frozen: frozen.nullable().meta({ description: 'Nothing is sent until the freeze is lifted; collecting goes on' }),
    collecting: z
      .object({
        lastTriedAt: instant.nullable(),
        lastSuccessAt: instant.nullable(),
        failures: z.int().meta({ description: 'Since the last success' }),
        failingBecause: z.enum(COLLECT_FAILURE_NAMES).nullable(),
      })
      .meta({ description: 'How collecting the provider’s answers goes' }),
    pushPath: z.string().nullable().meta({ description: 'Where the provider pushes its answers to' }),
  })
  .meta({ id: 'Connection', description: 'The organisation’s account with one provider' })

export const checkedConnection = z
  .object({
    ok: z.boolean(),
    steps: z.array(z.object({ step: z.string(), ok: z.boolean(), detail: z.string() })),
  })
  .meta({
    id: 'CheckedConnection',
    description: 'Each step of trying a connection; the last one is the one that failed, if any',
  })
