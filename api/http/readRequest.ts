import express, { type Request } from 'express'
import type { z } from 'zod'
import { HALF_TEXT, invalidRequest, notFound, PROTO_MEMBER, Problem } from './problems.ts'
import { rawOf } from './schemas.ts'

const JSON_LIMIT = 1_000_000

/**
 * Parses params, query and body by the route's schemas. Throws a 404, a 400, a 413, a 415 or an
 * `invalid-request` that names every place.
 */
export async function readRequest(
  spec: { params?: z.ZodType; query?: z.ZodType; body?: z.ZodType; bodyLimit?: number },
  req: Request,
): Promise<{ params: unknown; query: unknown; body: unknown }> {
  const params = spec.params?.safeParse(req.params)
  if (params?.success === false || holdsHalfText(req.params)) throw notFound('thing')
  if (holdsHalfText(req.query)) throw new Problem('malformed-body', HALF_TEXT)
  const query = spec.query?.safeParse(req.query)
  if (query?.success === false) throw invalidRequest(query.error, '?')
  if (spec.body === undefined) return { params: params?.data, query: query?.data, body: undefined }
  const body = spec.body.safeParse(await bodyOf(spec.body, spec.bodyLimit ?? JSON_LIMIT, req))
  if (!body.success) throw invalidRequest(body.error, '')
  return { params: params?.data, query: query?.data, body: body.data }
}

async function bodyOf(schema: z.ZodType, limit: number, req: Request): Promise<unknown> {
  const raw = rawOf(schema)
  if (raw !== undefined) {
    if (!raw.mediaTypes.includes('*/*') && !req.is([...raw.mediaTypes]))
      throw new Problem('unsupported-media-type', `this address takes ${raw.mediaTypes.join(', ')}`)
    await parse(express.raw({ type: () => true, limit: raw.limitBytes, inflate: false }), req)
    return Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0)
  }
  // `is` answers null when there is no body at all: the schema says what is missing.
  if (req.is('json') === false) throw new Problem('unsupported-media-type', 'this address takes application/json')
  await parse(express.json({ limit, reviver: refuseHostile }), req)
  return req.body
}

/** body-parser reads the request only; an answer is none of its business. */
function parse(parser: ReturnType<typeof express.json>, req: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    const { res } = req
    if (res === undefined) return reject(new Error('express gave a request without its response'))
    parser(req, res, (error?: unknown) => (error === undefined ? resolve() : reject(error)))
  })
}

/** NUL can't be stored by Postgres, half a surrogate pair not in its JSON. */
const HALF = /[\0\p{Surrogate}]/u

function refuseHostile(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new SyntaxError(PROTO_MEMBER)
  if (HALF.test(key) || (typeof value === 'string' && HALF.test(value))) throw new SyntaxError(HALF_TEXT)
  return value
}

function holdsHalfText(texts: unknown): boolean {
  return Object.entries(texts as Record<string, unknown>).some(
    ([name, value]) => HALF.test(name) || HALF.test(String(value)),
  )
}
