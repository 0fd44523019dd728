import type { NextFunction, Request, Response } from 'express'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { ApiDeps } from '../../../api/deps.ts'
import { Problem } from '../../../api/http/problems.ts'
import type { Route } from '../../../api/http/route.ts'
import { serveRoute } from '../../../api/http/serveRoute.ts'

const route = (run: Route['run']): Route => ({
  method: 'get',
  path: '/v1/teeth/{tooth}',
  tag: 'teeth',
  summary: 'One tooth',
  roles: ['owner'],
  response: z.object({ tooth: z.int(), roots: z.array(z.object({ length: z.int() })).optional() }),
  problems: ['wrong-amount'],
  idempotent: false,
  run,
})
const served = (run: Route['run'], checkAnswers: boolean) => {
  const response = { locals: {}, status: () => response, set: () => response, json: () => response }
  const handle = serveRoute(route(run), { checkAnswers } as ApiDeps)
  return Promise.resolve(handle({} as Request, response as unknown as Response, (() => undefined) as NextFunction))
}
const refuse = (word: 'wrong-amount' | 'test-mode' | 'forbidden') => async () => {
  throw new Problem(word, 'no')
}

describe('in the tests an answer', () => {
  it('must be what the route documents', async () => {
    const wrong = async () => ({ status: 200, body: { tooth: 'x' }, headers: {} })
    await expect(served(wrong, true)).rejects.toThrow('answers something else than it documents: tooth')
    await expect(served(wrong, false)).resolves.toBeUndefined()
  })

  it('has no member that the route does not document, at any depth', async () => {
    const more = async () => ({ status: 200, body: { tooth: 3, patient: 'Ana' }, headers: {} })
    await expect(served(more, true)).rejects.toThrow('answers what it does not document: patient')
    await expect(served(more, false)).resolves.toBeUndefined()
    const deep = async () => ({ status: 200, body: { tooth: 3, roots: [{ length: 9, side: 'left' }] }, headers: {} })
    await expect(served(deep, true)).rejects.toThrow('answers what it does not document: roots.0.side')
  })

  it('must be a problem that the route names, or one that comes with its key, parameters or body', async () => {
    await expect(served(refuse('test-mode'), true)).rejects.toThrow('does not document test-mode')
    await expect(served(refuse('test-mode'), false)).rejects.toThrow(Problem)
    await expect(served(refuse('wrong-amount'), true)).rejects.toThrow(Problem)
    await expect(served(refuse('forbidden'), true)).rejects.toThrow(Problem)
  })
})
