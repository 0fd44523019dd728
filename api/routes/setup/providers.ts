import { z } from 'zod'
import { type Provider, providersOf } from '../../../db/setup/providers.ts'
import type { ApiDeps } from '../../deps.ts'
import { ROLES } from '../../http/auth.ts'
import { notFound } from '../../http/problems.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import { id, providerId } from '../../http/schemas.ts'

const jsonSchema = z.record(z.string(), z.unknown())

const capabilities = z
  .object({
    adapterId: z.string(),
    transport: z.enum(['http', 'sftp', 'email', 'manual']),
    format: z.enum(['x12', 'fhir', 'xml', 'csv', 'pdf']),
    version: z.int(),
    auth: z.string(),
    purposes: z.array(z.enum(['new', 'replacement', 'appeal', 'void', 'supplement'])),
    appeals: z
      .enum(['whole-claim', 'disputed-lines'])
      .nullable()
      .meta({ description: 'What an appeal carries; null where none is taken' }),
    canBeAsked: z.boolean(),
    pushes: z.boolean(),
    delivery: z.looseObject({}),
    requirements: z.looseObject({}).meta({ description: 'What a claim must have before it may leave' }),
    deadlines: z.looseObject({}).meta({ description: 'Defaults; a connection may state its own' }),
    limits: z.looseObject({}),
    toothNotation: z.enum(['universal', 'fdi']),
    claimsPerInterchange: z.int(),
    diagnosisRequired: z.boolean(),
    settings: jsonSchema.meta({ description: 'JSON Schema of a connection’s settings' }),
    endpoint: jsonSchema.meta({ description: 'JSON Schema of a connection’s endpoint' }),
    secrets: z.array(z.string()).meta({ description: 'Names of the secrets to sign in with' }),
  })
  .meta({ id: 'Capabilities', description: 'What the provider’s adapter can do: its declaration' })

const provider = z
  .object({
    providerId,
    name: z.string(),
    phone: z.string().nullable(),
    contact: z.string().nullable(),
    portalUrl: z.string().nullable(),
    connections: z.array(z.object({ connectionId: id, mode: z.enum(['test', 'production']), enabled: z.boolean() })),
    capabilities,
  })
  .meta({ id: 'Provider', description: 'An HMO or insurer' })

export const providerRoutes: Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/providers',
    tag: 'providers',
    summary: 'All providers, with what their adapters can do',
    roles: ROLES.read,
    response: z.object({ providers: z.array(provider) }),
    handler: async ({ organisationId, deps }) => {
      const providers = await deps.databases.within(organisationId, (tx) => providersOf(tx, organisationId, null))
      return { providers: providers.map((each) => viewOf(each, deps)) }
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/providers/{providerId}',
    tag: 'providers',
    summary: 'One provider',
    roles: ROLES.read,
    params: z.object({ providerId }),
    response: provider,
    handler: async ({ organisationId, params, deps }) => {
      const found = await deps.databases.within(organisationId, (tx) =>
        providersOf(tx, organisationId, params.providerId),
      )
      const first = found[0]
      if (first === undefined) throw notFound('provider')
      return viewOf(first, deps)
    },
  }),
]

function viewOf({ adapterId, ...row }: Provider, deps: ApiDeps): z.input<typeof provider> {
  const adapter = deps.adapterOf(adapterId)
  const { declaration } = adapter
  const transport = deps.transportOf(declaration.transport)
  return {
    ...row,
    capabilities: {
      adapterId,
      transport: declaration.transport,
      format: declaration.format,
      version: declaration.version,
      auth: declaration.auth,
      purposes: declaration.purposes,
      appeals: declaration.appeals ?? null,
      canBeAsked: adapter.ask !== undefined,
      pushes: adapter.push !== undefined,
      delivery: { ...declaration.delivery },
      requirements: { ...declaration.requirements },
      deadlines: { ...declaration.deadlines },
      limits: { ...declaration.limits },
      toothNotation: declaration.toothNotation,
      claimsPerInterchange: declaration.batching.claimsPerInterchange,
      diagnosisRequired: declaration.diagnosisRequired,
      settings: { ...z.toJSONSchema(declaration.settings, { unrepresentable: 'any', io: 'input' }) },
      endpoint: { ...z.toJSONSchema(transport.endpoint, { unrepresentable: 'any', io: 'input' }) },
      secrets: transport.secrets(declaration.auth),
    },
  }
}
