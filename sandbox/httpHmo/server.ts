import express, { type Express, type Request, type RequestHandler, type Response } from 'express'
import type { Clock } from '../../platform/clock.ts'
import type { Faults } from '../faults.ts'
import { misbehaveBefore } from '../httpFaults.ts'
import { lateAcceptance } from '../lateAcceptance.ts'
import type { HarborBook } from './book.ts'
import type { HarborClaim } from './bookTypes.ts'
import { outcome, receiveClaim } from './intake.ts'
import { answer } from './misbehave.ts'
import type { Pusher } from './pusher.ts'
import { readClaim } from './readClaim.ts'
import { receivePapers } from './receivePapers.ts'
import { searchByNumber, searchChanges } from './search.ts'
import { equal, makeTokens } from './tokens.ts'

export interface HmoParts {
  book: HarborBook
  clock: Clock
  faults: Faults
  secrets: { clientId: string; clientSecret: string }
  pusher: Pusher
  /** A claim came into the book. */
  entered(claim: HarborClaim): void
}

const CHANGING = ['ClaimResponse', 'PaymentReconciliation', 'CommunicationRequest']

/** The HMO's HTTP server: tokens, FHIR and, for tests only, /control. */
export function hmoApp(parts: HmoParts): Express {
  const app = express().disable('x-powered-by').disable('etag')
  const tokens = makeTokens(parts.secrets.clientSecret)
  app.post('/token', express.urlencoded({ extended: false }), (request, response) => {
    const expected = `Basic ${Buffer.from(`${parts.secrets.clientId}:${parts.secrets.clientSecret}`).toString('base64')}`
    const known =
      equal(request.get('authorization') ?? '', expected) && request.body?.grant_type === 'client_credentials'
    if (known) response.json(tokens.issue())
    else response.status(401).json({ error: 'invalid_client' })
  })
  app.use('/fhir', signIn(tokens, parts.faults), misbehaveBefore(parts.faults))
  app.get(
    '/fhir/metadata',
    (_request, response) =>
      void response.json({
        resourceType: 'CapabilityStatement',
        status: 'active',
        kind: 'instance',
        fhirVersion: '4.0.1',
      }),
  )
  const underway = new Set<string>()
  fhirRoutes(app, parts, underway)
  controlRoutes(app, parts, underway)
  return app
}

/** Lets those pass who have a valid token; the fault `authExpire` ends one before its time. */
function signIn(tokens: ReturnType<typeof makeTokens>, faults: Faults): RequestHandler {
  return (request, response, next) => {
    const authorization = request.get('authorization')
    const valid = tokens.valid(authorization)
    if (valid && !(faults.next('authExpire') && tokens.endEarly(authorization))) {
      next()
      return
    }
    const { status, body } = outcome(401, { code: 'login', own: 'sign-in', text: 'Sign in' })
    response.status(status).json(body)
  }
}

/** The sender's own number of a claim; empty when its bytes have none. */
function numberIn(body: Buffer): string {
  const read = readClaim(body)
  return Array.isArray(read) ? '' : read.submissionNumber.toUpperCase()
}

/** `underway`: idempotency keys whose first try is not answered yet. */
function fhirRoutes(app: Express, { book, clock, faults, entered }: HmoParts, underway: Set<string>): void {
  app.post('/fhir/Claim', (request, response, next) => {
    const key = request.get('idempotency-key') ?? ''
    if (underway.has(key)) {
      const busy = outcome(409, {
        code: 'conflict',
        own: 'in-progress',
        text: 'An earlier try is being worked on',
      })
      response.status(409).set('retry-after', '1').json(busy.body)
      return
    }
    if (key !== '') underway.add(key)
    response.once('close', () => underway.delete(key))
    next()
  })
  const late = lateAcceptance(faults)
  app.post('/fhir/Claim', express.raw({ type: () => true, limit: '40mb' }), (request, response) => {
    const body = request.body as Buffer
    const receive = () => {
      const taken = receiveClaim(book, clock, body, request.get('idempotency-key') ?? null)
      if (taken.entered) entered(taken.entered)
      return taken
    }
    if (late.strikes(numberIn(body), receive)) return void request.socket.destroy()
    const taken = receive()
    answer(faults, response, { ...taken, body: JSON.stringify(taken.body) })
  })
  app.post('/fhir/Communication', express.raw({ type: () => true, limit: '40mb' }), (request, response) => {
    const taken = receivePapers(book, clock, request.body as Buffer)
    if (taken.entered) entered(taken.entered)
    answer(faults, response, { ...taken, body: JSON.stringify(taken.body) })
  })
  const search = (types: (query: URLSearchParams) => string[]) => (request: Request, response: Response) => {
    const query = new URL(request.originalUrl, 'http://twin').searchParams
    const number = query.get('request.identifier')
    if (number !== null) late.lookedFor(number.split('|').at(-1)?.toUpperCase() ?? '')
    const found =
      number === null ? searchChanges(book, types(query), query, baseOf(request)) : searchByNumber(book, clock, number)
    answer(faults, response, { status: 200, body: found })
  }
  app.get(
    '/fhir/ClaimResponse',
    search(() => ['ClaimResponse']),
  )
  app.get(
    '/fhir/PaymentReconciliation',
    search(() => ['PaymentReconciliation']),
  )
  app.get(
    '/fhir',
    search((query) => query.get('_type')?.split(',') ?? CHANGING),
  )
}

function baseOf(request: Request): string {
  return `http://${request.get('host')}/fhir`
}

function controlRoutes(app: Express, { book, clock, pusher }: HmoParts, underway: Set<string>): void {
  app.post('/control', express.json(), (request, response) => {
    const { pushUrl } = request.body as { pushUrl?: string | null }
    if (pushUrl !== undefined) {
      book.record({ kind: 'note', at: clock.now().toISOString(), key: 'push-url', value: pushUrl })
      pusher.pushTo(pushUrl)
    }
    response.json({ ok: true })
  })
  app.get('/control', (_request, response) => {
    const claims = [...book.claims.values()].map(({ submissionNumber, claimNumber, purpose, fate, paid, done }) => ({
      submissionNumber,
      claimNumber,
      purpose,
      fate,
      paid,
      said: [...done],
    }))
    const counts = {
      effects: book.count('effect'),
      duplicates: book.count('duplicate'),
      refused: book.count('refused'),
    }
    response.json({
      ...counts,
      underway: underway.size,
      unpushed: book.published.filter((doc) => !doc.pushed).length,
      claims,
    })
  })
}
