import type { Request } from 'express'
import type { z } from 'zod'
import type { Tx } from '../../db/connect.ts'
import type { Role } from '../../db/schema/setupTables.ts'
import type { ApiDeps } from '../deps.ts'
import { authenticate, authorise, type Caller } from './auth.ts'
import { answeredBefore, finishOnce, once, requireKey } from './idempotentEffect.ts'
import type { ProblemType } from './problemTypes.ts'
import { readRequest } from './readRequest.ts'
import { asReply, type Reply, type RouteAnswer } from './reply.ts'

/**
 * One route: its place, who may call it, its schemas and what it does. Requests are parsed at the
 * door, types are inferred from the schemas, and the same list of routes makes the express router
 * and the OpenAPI document. Real ones: api/routes/claims/drafts.ts.
 *
 * - `defineRoute`: reads, and requests that come to the same when repeated; `handler` opens its own
 *   transactions.
 * - `defineEffect`: creates something; `effect` runs in one transaction together with the caller's
 *   Idempotency-Key, and a repeat gets the stored answer. A thrown Problem rolls back and frees the
 *   key.
 * - `defineEffectThen`: stores first, then calls Temporal; `effect` as above, and what it returned
 *   goes to `finish`; what that answers is kept with the key too, and a repeat gets it.
 *
 * Another status than the documented one: `return reply(202, body)`. A raw body: `body: rawBody({
 * mediaTypes, limitBytes })`, then `body` is a Buffer. Bytes as answer: `response:
 * rawAnswer([...])` and `return reply(200, buffer, headers)`. Refusals: `throw new Problem(type,
 * detail)`. A list of routes becomes part of the API by one line in api/routes/all.ts.
 */
export function defineRoute<
  P extends z.ZodType = None,
  Q extends z.ZodType = None,
  B extends z.ZodType = None,
  R extends z.ZodType = None,
>(spec: Spec<P, Q, B, R> & { handler(context: RouteContext<P, Q, B>): Promise<RouteAnswer<z.input<R>>> }): Route {
  return {
    ...documented(spec),
    idempotent: false,
    run: async (req, deps) => {
      const context = await open<P, Q, B>(spec, req, deps)
      return asReply(await spec.handler(context), spec.status ?? 200)
    },
  }
}

/** A route whose whole effect is one transaction; see defineRoute. */
export function defineEffect<
  P extends z.ZodType = None,
  Q extends z.ZodType = None,
  B extends z.ZodType = None,
  R extends z.ZodType = None,
  W = undefined,
>(
  spec: Spec<P, Q, B, R> & {
    /**
     * What takes long and needs no transaction; `effect` gets its answer as `before`. A repeat does
     * it again.
     */
    before?(context: RouteContext<P, Q, B>): Promise<W>
    effect(context: EffectContext<P, Q, B> & { before: W }): Promise<RouteAnswer<z.input<R>>>
  },
): Route {
  return {
    ...documented(spec),
    idempotent: true,
    run: async (req, deps) => {
      const context = await open<P, Q, B>(spec, req, deps)
      if (spec.movesMoney === true) requireKey(req)
      // Without `before`, W is undefined.
      const before = (await spec.before?.(context)) as W
      return once(context, async (tx) => asReply(await spec.effect({ ...context, tx, before }), spec.status ?? 200))
    },
  }
}

/**
 * A route that commits first and then goes on outside; see defineRoute. `before` runs ahead of the
 * transaction: a call over the network must not hold its locks. `effect` returns JSON.
 */
export function defineEffectThen<
  E,
  P extends z.ZodType = None,
  Q extends z.ZodType = None,
  B extends z.ZodType = None,
  R extends z.ZodType = None,
>(
  spec: Spec<P, Q, B, R> & {
    before?(context: RouteContext<P, Q, B>): Promise<void>
    effect(context: EffectContext<P, Q, B>): Promise<E>
    finish(context: RouteContext<P, Q, B>, effect: E): Promise<RouteAnswer<z.input<R>>>
  },
): Route {
  return {
    ...documented(spec),
    idempotent: true,
    run: async (req, deps) => {
      const context = await open<P, Q, B>(spec, req, deps)
      if (spec.movesMoney === true) requireKey(req)
      const before = await answeredBefore(context)
      if (before !== null) return before
      await spec.before?.(context)
      const stored = await once(context, async (tx) => ({
        status: spec.status ?? 200,
        body: await spec.effect({ ...context, tx }),
        headers: {},
      }))
      return finishOnce(context, async () => asReply(await spec.finish(context, stored.body as E), spec.status ?? 200))
    },
  }
}

/**
 * A route without an API key: health, and pushes of providers, which are signed. `organisationId`
 * is not known here. `admit` runs before the body is read, and what it answers goes to the handler:
 * what can be refused by then costs no body.
 */
export function definePublicRoute<
  P extends z.ZodType = None,
  B extends z.ZodType = None,
  R extends z.ZodType = None,
  A = undefined,
>(
  spec: Omit<Spec<P, None, B, R>, 'roles'> & {
    admit?(context: { params: z.output<P>; deps: ApiDeps; req: Request }): Promise<A>
    handler(context: {
      params: z.output<P>
      body: z.output<B>
      admitted: A
      deps: ApiDeps
      req: Request
    }): Promise<RouteAnswer<z.input<R>>>
  },
): Route {
  return {
    ...documented({ ...spec, roles: null }),
    idempotent: false,
    run: async (req, deps) => {
      const { body: _read, ...ahead } = spec
      const params = (await readRequest(ahead, req)).params as z.output<P>
      // Without `admit` A is undefined.
      const admitted = (await spec.admit?.({ params, deps, req })) as A
      const { params: _parsed, ...then } = spec
      const { body } = await readRequest(then, req)
      const context = { params, body: body as z.output<B>, admitted, deps, req }
      return asReply(await spec.handler(context), spec.status ?? 200)
    },
  }
}

/** The schema of what a route doesn't have. */
type None = z.ZodType<undefined, undefined>

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** What a route says of itself. */
export interface Spec<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType> {
  method: Method
  /** OpenAPI's way: `/v1/claims/{claimId}`. */
  path: `/${string}`
  tag: string
  summary: string
  description?: string
  /** Denied by default: a role that is not named gets a 403. */
  roles: readonly Role[]
  /** What doesn't fit is a 404: nothing can have such an id. */
  params?: P
  query?: Q
  body?: B
  /** Bytes of a JSON body; 1 MB unless said otherwise. */
  bodyLimit?: number
  response?: R
  /** 200 unless said otherwise. */
  status?: number
  /** Other statuses that it answers with the same body, and what each means. */
  alsoAnswers?: Readonly<Record<number, string>>
  /** Besides those that every route may answer. */
  problems?: readonly ProblemType[]
  /** The Idempotency-Key is required: said twice by chance, the request would book twice. */
  movesMoney?: true
}

export interface RouteContext<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> extends Caller {
  params: z.output<P>
  query: z.output<Q>
  body: z.output<B>
  deps: ApiDeps
  /** Business time at which the request began. */
  now: Date
  req: Request
}

export interface EffectContext<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>
  extends RouteContext<P, Q, B> {
  /**
   * Confined to the caller's organisation; commits when `effect` returns, rolls back when it
   * throws.
   */
  tx: Tx
}

/** A route without its types: what the router and the OpenAPI document need. */
export interface Route extends Omit<Spec<z.ZodType, z.ZodType, z.ZodType, z.ZodType>, 'roles'> {
  /** Null: no API key. */
  roles: readonly Role[] | null
  /** Takes an Idempotency-Key. */
  idempotent: boolean
  /** How the body must look, where `body` itself says less. */
  documentedBody?: z.ZodType
  run(req: Request, deps: ApiDeps): Promise<Reply<unknown>>
}

function documented(
  spec: Omit<Route, 'idempotent' | 'run' | 'documentedBody'>,
): Omit<Route, 'idempotent' | 'run' | 'documentedBody'> {
  const { method, path, tag, summary, description, roles, params, query, body, bodyLimit, response, status, problems } =
    spec
  const { movesMoney, alsoAnswers } = spec
  return {
    method,
    path,
    tag,
    summary,
    roles,
    ...(description === undefined ? {} : { description }),
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { query }),
    ...(body === undefined ? {} : { body }),
    ...(bodyLimit === undefined ? {} : { bodyLimit }),
    ...(response === undefined ? {} : { response }),
    ...(status === undefined ? {} : { status }),
    ...(problems === undefined ? {} : { problems }),
    ...(alsoAnswers === undefined ? {} : { alsoAnswers }),
    ...(movesMoney === undefined ? {} : { movesMoney }),
  }
}

/** Who calls comes first: nobody without a key gets a body parsed. */
async function open<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  spec: Spec<P, Q, B, z.ZodType>,
  req: Request,
  deps: ApiDeps,
): Promise<RouteContext<P, Q, B>> {
  const caller = await authenticate(req, deps)
  authorise(caller, spec.roles)
  const { params, query, body } = await readRequest(spec, req)
  return {
    ...caller,
    // readRequest parsed each with the schema of its type.
    params: params as z.output<P>,
    query: query as z.output<Q>,
    body: body as z.output<B>,
    deps,
    now: deps.clock.now(),
    req,
  }
}
