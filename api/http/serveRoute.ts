import type { RequestHandler, Response } from 'express'
import type { ApiDeps } from '../deps.ts'
import { problemOf } from './problems.ts'
import type { Reply } from './reply.ts'
import type { Route } from './route.ts'
import { problemsOf } from './routeProblems.ts'
import { rawOf } from './schemas.ts'

/** A route as an express handler. */
export function serveRoute(route: Route, deps: ApiDeps): RequestHandler {
  return async (req, res) => {
    res.locals['route'] = route.path
    const answer = await route.run(req, deps).catch((error: unknown) => {
      if (deps.checkAnswers) checkProblem(route, error)
      throw error
    })
    if (deps.checkAnswers) checkAnswer(route, answer)
    send(answer, res)
  }
}

function send({ status, body, headers }: Reply<unknown>, res: Response): void {
  // Answers hold patient data: no cache keeps them.
  res.status(status).set({ 'cache-control': 'no-store', ...headers })
  if (body === undefined || body === null) res.end()
  else if (Buffer.isBuffer(body)) res.send(body)
  else res.json(body)
}

/** What is refused must be among the problems that the OpenAPI document names for the route. */
function checkProblem(route: Route, error: unknown): void {
  const { type } = problemOf(error)
  if (!problemsOf(route).has(type)) throw new Error(`${route.method} ${route.path} does not document ${type}`)
}

/** What is answered must be what the OpenAPI document says. */
function checkAnswer(route: Route, { body }: Reply<unknown>): void {
  const { response } = route
  if (response === undefined || rawOf(response) !== undefined) return
  const answered: unknown = JSON.parse(JSON.stringify(body))
  const parsed = response.safeParse(answered)
  if (!parsed.success) {
    throw new Error(
      `${route.method} ${route.path} answers something else than it documents: ${parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; ')}`,
    )
  }
  const unknown = unknownMembers(answered, parsed.data)
  if (unknown.length > 0)
    throw new Error(`${route.method} ${route.path} answers what it does not document: ${unknown.join(', ')}`)
}

/** Where an answer has members that its schema dropped: zod keeps only what it knows. */
function unknownMembers(answered: unknown, kept: unknown, place = ''): string[] {
  if (typeof answered !== 'object' || answered === null || typeof kept !== 'object' || kept === null) return []
  return Object.entries(answered).flatMap(([name, value]) => {
    const here = place === '' ? name : `${place}.${name}`
    if (!Object.hasOwn(kept, name)) return [here]
    return unknownMembers(value, (kept as Record<string, unknown>)[name], here)
  })
}
