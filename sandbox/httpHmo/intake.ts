import { createHash } from 'node:crypto'
import type { Clock } from '../../platform/clock.ts'
import { scenarioOf } from '../scenarios.ts'
import type { HarborBook } from './book.ts'
import type { HarborClaim, HarborFate } from './bookTypes.ts'
import { type FhirClaim, type HarborFault, readClaim } from './readClaim.ts'
import { requestOf } from './resources.ts'

/** An answer of the HMO: FHIR JSON with a status. */
export interface HmoAnswer {
  status: number
  headers?: Record<string, string>
  body: unknown
  /** The claim that came into the book by it. */
  entered?: HarborClaim
}

/** The HMO remembers an idempotency key this long (business time). */
const KEY_WINDOW_MS = 24 * 3_600_000
const HARBOR = 'https://harbor-health.example/fhir'

/**
 * Takes one Claim into the book, once: the same key with the same bytes gets the same answer, other
 * bytes are refused, and a known submission number is a duplicate even when its key is forgotten.
 * The effect is on disk before this returns.
 */
export function receiveClaim(book: HarborBook, clock: Clock, body: Buffer, idempotencyKey: string | null): HmoAnswer {
  const now = clock.now()
  const bytesSha256 = createHash('sha256').update(body).digest('hex')
  const at = now.toISOString()
  const earlier = idempotencyKey === null ? undefined : book.byKey(idempotencyKey)
  if (earlier && now.getTime() - earlier.at < KEY_WINDOW_MS) {
    if (earlier.bytesSha256 !== bytesSha256)
      return outcome(422, {
        code: 'conflict',
        own: 'idempotency-key-reused',
        text: 'The key was used for another request',
      })
    book.record({ kind: 'duplicate', at, submissionNumber: earlier.submissionNumber, bytesSha256 })
    return created(earlier)
  }
  const read = readClaim(body)
  if (Array.isArray(read)) return refused(book, at, bytesSha256, read)
  const known = book.claims.get(read.submissionNumber.toUpperCase())
  if (known) {
    book.record({ kind: 'duplicate', at, submissionNumber: known.submissionNumber, bytesSha256 })
    return duplicate(known)
  }
  const original = originalOf(book, read)
  if (read.cancelled && !original)
    return refused(book, at, bytesSha256, [{ code: 'unknown-original', text: 'The claim to cancel is not on file' }])
  const entered = enter(book, read, { at, bytesSha256, idempotencyKey, original })
  return { ...created(entered), entered }
}

function enter(
  book: HarborBook,
  read: FhirClaim,
  how: { at: string; bytesSha256: string; idempotencyKey: string | null; original: HarborClaim | undefined },
): HarborClaim {
  const purpose = read.cancelled ? 'void' : read.originalReference !== null ? 'replacement' : 'new'
  book.record({
    kind: 'effect',
    at: how.at,
    submissionNumber: read.submissionNumber,
    purpose,
    claimNumber: `HH-${String(book.numbers.claims + 1).padStart(6, '0')}`,
    originalReference: read.originalReference,
    memberId: read.memberId,
    total: read.total,
    currency: read.currency,
    bytesSha256: how.bytesSha256,
    scenario: scenarioOf(read.memberId),
    detail: {
      facilityId: read.facilityId,
      fate: fateOf(book, read, purpose, how.original),
      lines: read.lines,
      original: how.original?.claimNumber ?? null,
      idempotencyKey: how.idempotencyKey,
      attachments: read.attachments,
    },
  })
  const entered = book.claims.get(read.submissionNumber.toUpperCase())
  if (!entered) throw new Error('a claim that was just entered is not in the book')
  return entered
}

/**
 * The claim of the same member that a correction names: by the HMO's own number, or by the sender's
 * when it has none.
 */
function originalOf(book: HarborBook, read: FhirClaim): HarborClaim | undefined {
  const byReference = read.originalReference ? book.byNumber(read.originalReference) : undefined
  const named =
    byReference ??
    (read.originalReference ? undefined : book.claims.get(read.originalSubmissionNumber?.toUpperCase() ?? ''))
  return named?.memberId === read.memberId ? named : undefined
}

function fateOf(
  book: HarborBook,
  read: FhirClaim,
  purpose: HarborClaim['purpose'],
  original: HarborClaim | undefined,
): HarborFate {
  const scenario = scenarioOf(read.memberId)
  if (purpose === 'void') return 'void'
  if (purpose === 'replacement') return !original ? 'reject-reference' : scenario === 'SI' ? 'silent' : 'pay'
  switch (scenario) {
    case 'PF':
    case 'HP':
      return 'pay-less-contract'
    case 'PP':
      return 'pay-part'
    case 'FR':
      return [...book.claims.values()].some((each) => each.memberId === read.memberId) ? 'pay' : 'reject-coding'
    case 'DR':
      return 'deny'
    case 'SI':
      return 'silent'
    case 'SL':
    case 'DQ':
      return 'pay'
    case 'TP':
      return 'halves'
    case 'OP':
      return 'overpay'
  }
}

function created(claim: HarborClaim): HmoAnswer {
  return {
    status: 201,
    headers: { location: `Claim/${claim.claimNumber}` },
    body: {
      resourceType: 'Claim',
      id: claim.claimNumber,
      identifier: [requestOf(claim).identifier],
      status: claim.purpose === 'void' ? 'cancelled' : 'active',
      use: 'claim',
    },
  }
}

function duplicate(claim: HarborClaim): HmoAnswer {
  const answer = outcome(409, {
    code: 'duplicate',
    own: 'duplicate-claim',
    text: 'The claim is on file already',
  })
  const extension = [{ url: `${HARBOR}/StructureDefinition/original-claim`, valueReference: requestOf(claim) }]
  return { ...answer, body: { ...(answer.body as object), extension } }
}

function refused(book: HarborBook, at: string, bytesSha256: string, faults: HarborFault[]): HmoAnswer {
  book.record({ kind: 'refused', at, because: faults.map((fault) => fault.code).join(', '), bytesSha256 })
  const structure = faults.some((fault) => fault.code === 'structure')
  return {
    status: structure ? 400 : 422,
    body: {
      resourceType: 'OperationOutcome',
      issue: faults.map(({ code, text }) => issue({ code: 'invalid', own: code, text })),
    },
  }
}

/** What an OperationOutcome says: `code` of FHIR's list, `own` of Harbor's. */
export interface Issue {
  code: string
  own: string
  text: string
  severity?: 'information'
}

export function outcome(status: number, said: Issue): HmoAnswer {
  return { status, body: { resourceType: 'OperationOutcome', issue: [issue(said)] } }
}

function issue({ code, own, text, severity }: Issue) {
  return { severity: severity ?? 'error', code, details: { coding: [{ system: `${HARBOR}/issue`, code: own }], text } }
}
