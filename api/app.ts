import { randomUUID } from 'node:crypto'
import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import helmet from 'helmet'
import { pinoHttp } from 'pino-http'
import type { ApiDeps } from './deps.ts'
import { docsPage } from './http/docsPage.ts'
import { notFound, Problem, problemOf, sendProblem } from './http/problems.ts'
import type { ProblemType } from './http/problemTypes.ts'
import { serveRoute } from './http/serveRoute.ts'
import { ROUTES } from './routes/all.ts'
import { securityText } from './routes/system/securityText.ts'

/** The whole HTTP surface of claimhub: `/v1`, health, `/openapi.json` and `/docs`. */
export function createApp(deps: ApiDeps): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  // `?a[b]=c` is text, never an object.
  app.set('query parser', 'simple')
  app.set('trust proxy', deps.trustedProxies)
  app.use(requestId)
  app.use(requestLog(deps))
  app.use(helmet({ contentSecurityPolicy: { directives: POLICY } }))
  if (deps.docs) app.use('/docs', docsPage())
  if (deps.securityContact) app.get('/.well-known/security.txt', securityText(deps.securityContact, deps.clock))
  const methods = new Map<string, string[]>()
  for (const route of ROUTES.filter(({ tag }) => deps.docs || tag !== 'docs')) {
    const path = route.path.replaceAll(/\{(\w+)\}/g, ':$1')
    app[route.method](path, serveRoute(route, deps))
    methods.set(path, [...(methods.get(path) ?? []), route.method.toUpperCase()])
  }
  for (const [path, known] of methods) app.all(path, () => refuseMethod(known))
  app.use(() => {
    throw notFound('address')
  })
  app.use(onError(deps))
  return app
}

/** Scripts and styles come from here only; Swagger UI draws its icons as data addresses. */
const POLICY = {
  defaultSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  styleSrc: ["'self'"],
  scriptSrc: ["'self'"],
  objectSrc: ["'none'"],
  frameAncestors: ["'none'"],
  upgradeInsecureRequests: null,
}

function requestId(req: Request, res: Response, next: NextFunction): void {
  req.id = randomUUID()
  res.set('x-request-id', String(req.id))
  next()
}

/**
 * One line a request: the route's pattern instead of its address, since addresses and queries hold
 * patients' names and numbers; no headers, no bodies.
 */
function requestLog(deps: ApiDeps) {
  return pinoHttp<Request, Response>({
    logger: deps.log,
    genReqId: (req) => req.id,
    serializers: {
      req: (req: { id: unknown; method: string }) => ({ id: req.id, method: req.method }),
      res: (res: { statusCode: number }) => ({ status: res.statusCode }),
      err: (error: Error) => ({ type: error.name }),
    },
    customProps: (_req, res) => ({
      route: res.locals['route'] ?? null,
      organisationId: res.locals['organisationId'] ?? null,
    }),
    customLogLevel: (_req, res) => (res.statusCode >= 500 ? 'error' : 'info'),
  })
}

function refuseMethod(known: string[]): never {
  throw new Problem('method-not-allowed', `this address takes ${known.join(', ')}`, {}, { allow: known.join(', ') })
}

function onError(deps: ApiDeps) {
  return (error: unknown, req: Request, res: Response, next: NextFunction): void => {
    const problem = problemOf(error)
    if (problem.type === 'internal-error' || problem.type === 'unavailable') {
      // A database error's detail quotes the row: only what says where it broke.
      const { name, stack, code } = error as { name?: string; stack?: string; code?: string }
      deps.log.error({ request: req.id, error: name, code, at: framesOf(stack) }, 'a request broke down')
    }
    if (!req.complete && STRANGERS.has(problem.type)) res.set('connection', 'close')
    if (res.headersSent) next(error)
    else sendProblem(problem, req, res)
  }
}

/**
 * Of whom these are said, nobody reads the rest: a connection that is kept would have to read the
 * body to its end.
 */
const STRANGERS: ReadonlySet<ProblemType> = new Set([
  'unauthenticated',
  'bad-signature',
  'rate-limited',
  'body-too-large',
])

/** The stack without its first lines: those are the message, which may quote data. */
function framesOf(stack: string | undefined): string[] {
  return (stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8)
    .map((line) => line.trim())
}
