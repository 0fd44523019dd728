import { z } from 'zod'
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi'
import { problemSchema } from './problems.ts'
import { PROBLEMS, type ProblemType, problemUri } from './problemTypes.ts'
import type { Route } from './route.ts'
import { problemsOf } from './routeProblems.ts'
import { rawOf } from './schemas.ts'

/** The OpenAPI 3.1 document of a list of routes. */
export function openApiDocument(routes: readonly Route[], version: string): ReturnType<typeof createDocument> {
  const paths: ZodOpenApiPathsObject = {}
  const byParameter = routesByParameter(routes)
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route, byParameter) }
  }
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'claimhub',
      version,
      description:
        'Sends dental claims to HMOs and tracks every claim to the last cent. Amounts are integers in minor units of their currency; times are UTC. Problems are RFC 9457 problem details. Every POST that creates takes an `Idempotency-Key`: the same key with the same request is answered as the first time.',
    },
    tags: [...new Set(routes.map((route) => route.tag))].map((name) => ({ name })),
    security: [{ apiKey: [] }],
    paths,
    components: { securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', description: '`chk_…`' } } },
  })
}

/** Visible ASCII; idempotentEffect.ts refuses anything else. */
const key = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[\x21-\x7e]+$/)
  .meta({ description: '1 to 255 visible ASCII characters', example: '5f0c2b9e-1f7b-4a52-9c2e-0a6f6d3f4b11' })

const idempotencyKey = z
  .object({ 'idempotency-key': key.optional() })
  .describe('A value of the caller’s choice, unique per request that it wants done once')

/** Where money moves nobody may say a thing twice by chance. */
const requiredKey = z
  .object({ 'idempotency-key': key })
  .describe(
    'Required, for the request moves money: a value of the caller’s choice, the same when the request is sent again',
  )

function operationOf(route: Route, byParameter: ReadonlyMap<string, Route[]>): ZodOpenApiOperationObject {
  return {
    operationId: operationId(route),
    tags: [route.tag],
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    ...(route.roles === null ? { security: [] } : {}),
    requestParams: {
      ...(route.params === undefined ? {} : { path: route.params as z.ZodObject }),
      ...(route.query === undefined ? {} : { query: route.query as z.ZodObject }),
      ...(route.idempotent ? { header: route.movesMoney === true ? requiredKey : idempotencyKey } : {}),
    },
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: true, content: contentOf(route.documentedBody ?? route.body) } }),
    responses: responsesOf(route, byParameter),
    ...(route.roles === null ? {} : { 'x-roles': [...route.roles] }),
  }
}

/** Routes whose address needs one id and nothing else, by the name of the id. */
function routesByParameter(routes: readonly Route[]): ReadonlyMap<string, Route[]> {
  const found = new Map<string, Route[]>()
  for (const route of routes) {
    const [name, ...more] = [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '')
    if (name !== undefined && more.length === 0) found.set(name, [...(found.get(name) ?? []), route])
  }
  return found
}

/**
 * Where an answer's ids lead: a reader, and a generator of requests, find from here the addresses
 * that need them.
 */
function linksOf({ response }: Route, byParameter: ReadonlyMap<string, Route[]>) {
  const members = response instanceof z.ZodObject ? Object.keys(response.shape) : []
  const links = members.flatMap((name) =>
    (byParameter.get(name) ?? []).map((target) => [
      operationId(target),
      { operationId: operationId(target), parameters: { [name]: `$response.body#/${name}` } },
    ]),
  )
  return links.length === 0 ? {} : { links: Object.fromEntries(links) }
}

function responsesOf(route: Route, byParameter: ReadonlyMap<string, Route[]>): ZodOpenApiResponsesObject {
  const status = String(route.status ?? 200) as '200'
  const responses: ZodOpenApiResponsesObject = {
    [status]: {
      description: route.summary,
      ...(route.response === undefined ? {} : { content: contentOf(route.response) }),
      ...linksOf(route, byParameter),
    },
  }
  for (const [code, description] of Object.entries(route.alsoAnswers ?? {})) {
    const content = route.response === undefined ? {} : { content: contentOf(route.response) }
    responses[code as '202'] = { description, ...content }
  }
  for (const [code, words] of problemsByStatus(route)) {
    responses[code as '400'] = {
      description: words.map((word) => `\`${word}\` ${PROBLEMS[word].title}`).join('; '),
      content: {
        'application/problem+json': {
          schema: problemSchema,
          examples: Object.fromEntries(words.map((word) => [word, { value: exampleOf(word) }])),
        },
      },
    }
  }
  return responses
}

function problemsByStatus(route: Route): Map<string, ProblemType[]> {
  const byStatus = new Map<string, ProblemType[]>()
  for (const word of problemsOf(route)) {
    const code = String(PROBLEMS[word].status)
    byStatus.set(code, [...(byStatus.get(code) ?? []), word])
  }
  return byStatus
}

function exampleOf(word: ProblemType) {
  const { status, title } = PROBLEMS[word]
  return {
    type: problemUri(word),
    title,
    status,
    detail: title,
    instance: 'urn:uuid:00000000-0000-4000-8000-000000000000',
  }
}

function contentOf(schema: z.ZodType) {
  const raw = rawOf(schema)
  if (raw === undefined) return { 'application/json': { schema } }
  return Object.fromEntries(
    raw.mediaTypes.map((mediaType) => [mediaType, { schema: { type: 'string' as const, format: 'binary' } }]),
  )
}

/** `postV1ClaimsClaimIdSubmit` */
function operationId({ method, path }: Route): string {
  return method + path.replaceAll(/[/{}_.-]+(\w?)/g, (_all, letter: string) => letter.toUpperCase())
}
