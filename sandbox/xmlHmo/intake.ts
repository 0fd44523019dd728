import { createHash } from 'node:crypto'
import type { Clock } from '../../platform/clock.ts'
import { scenarioOf } from '../scenarios.ts'
import type { GulfBook, GulfClaim, GulfFate } from './book.ts'
import { type GulfFault, readClaim, type XmlClaim } from './readClaim.ts'

/** What an upload comes to: the result's number and the error report. */
export interface Uploaded {
  result: 0 | 2 | 3
  report: GulfFault[]
  /** The claim that came into the book by it. */
  entered?: GulfClaim
}

/**
 * Takes one file into the book, once: a second file of the same name is dropped. The effect is on
 * disk before this returns.
 */
export function receiveUpload(book: GulfBook, clock: Clock, fileName: string, body: Buffer): Uploaded {
  const at = clock.now().toISOString()
  const bytesSha256 = createHash('sha256').update(body).digest('hex')
  const submissionNumber = /_([0-9A-Z]{16})\.xml$/.exec(fileName)?.[1]
  const refused = (result: 2 | 3, report: GulfFault[]): Uploaded => {
    book.record({ kind: 'refused', at, because: report.map(({ code }) => code).join(', '), bytesSha256 })
    return { result, report }
  }
  if (submissionNumber === undefined) return refused(2, [{ code: 'FILE-008', text: 'The file name is malformed' }])
  const known = book.byFile(fileName)
  if (known) {
    book.record({ kind: 'duplicate', at, submissionNumber, bytesSha256 })
    return { result: 3, report: [{ code: 'FILE-001', text: 'A file of this name was uploaded before' }] }
  }
  const read = readClaim(body)
  if (Array.isArray(read)) return refused(2, read)
  const sendings = book.sendings(read.claimId)
  const problem = problemOf(read, sendings)
  if (problem) return refused(3, [problem])
  if (fallsAtTheFrontEnd(book, read, fileName)) {
    book.record({ kind: 'note', at, key: `front-end:${read.memberId}`, value: fileName })
    return refused(2, [{ code: 'CLAI-003', text: 'MemberID is not valid on the date of service' }])
  }
  const entered = enter(book, read, { at, bytesSha256, fileName, submissionNumber, original: sendings.at(-1) })
  return { result: 0, report: [], entered }
}

function problemOf(read: XmlClaim, sendings: GulfClaim[]): GulfFault | null {
  if (read.resubmission === null)
    return sendings.length > 0 ? { code: 'CLAI-007', text: 'A claim with this ID was submitted before' } : null
  if (!['correction', 'internal complaint'].includes(read.resubmission))
    return { code: 'RESU-001', text: 'The type of resubmission is unknown' }
  return sendings.some((each) => each.memberId === read.memberId && each.claimNumber === read.originalReference)
    ? null
    : { code: 'RESU-002', text: 'The claim to resubmit is not on file' }
}

/** The first claim of such a member is refused, also when the same file comes again. */
function fallsAtTheFrontEnd(book: GulfBook, { memberId }: XmlClaim, fileName: string): boolean {
  const refusedBefore = book.notes.get(`front-end:${memberId}`)
  return scenarioOf(memberId) === 'FR' && (refusedBefore === undefined || refusedBefore === fileName)
}

function enter(
  book: GulfBook,
  read: XmlClaim,
  how: {
    at: string
    bytesSha256: string
    fileName: string
    submissionNumber: string
    original: GulfClaim | undefined
  },
): GulfClaim {
  const { claimId, facilityId, activities, attachments, memberId } = read
  book.record({
    kind: 'effect',
    at: how.at,
    submissionNumber: how.submissionNumber,
    purpose: read.resubmission === null ? 'new' : 'replacement',
    claimNumber: `GD-${String(book.claims.size + 1).padStart(6, '0')}`,
    originalReference: read.originalReference,
    memberId,
    total: read.total,
    currency: 'AED',
    bytesSha256: how.bytesSha256,
    scenario: scenarioOf(memberId),
    detail: {
      fate: fateOf(read),
      fileName: how.fileName,
      claimId,
      facilityId,
      activities,
      attachments,
      original: how.original?.submissionNumber ?? null,
    },
  })
  const entered = book.claims.get(how.submissionNumber)
  if (!entered) throw new Error('a claim that was just entered is not in the book')
  return entered
}

function fateOf({ memberId, resubmission }: XmlClaim): GulfFate {
  const scenario = scenarioOf(memberId)
  if (resubmission !== null) return scenario === 'SI' ? 'silent' : 'pay'
  switch (scenario) {
    case 'PP':
      return 'pay-part'
    case 'DR':
      return 'deny'
    case 'SI':
      return 'silent'
    case 'TP':
      return 'halves'
    case 'OP':
      return 'overpay'
    case 'PF':
    case 'HP':
    case 'FR':
    case 'SL':
    case 'DQ':
      return 'pay'
  }
}
