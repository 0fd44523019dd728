import { createHash } from 'node:crypto'
import type { Clock } from '../../platform/clock.ts'
import type { HarborBook } from './book.ts'
import { type HmoAnswer, outcome } from './intake.ts'

const SUBMISSION_NUMBER = /submission-number$/

// biome-ignore lint/suspicious/noExplicitAny: a twin shares no schema with the product.
type Json = any

/**
 * Takes the papers of a supplement into the book, once: the number that they came under is the
 * duplicate key. The effect is on disk before this returns; `entered` is the claim that they belong
 * to.
 */
export function receivePapers(book: HarborBook, clock: Clock, body: Buffer): HmoAnswer {
  const at = clock.now().toISOString()
  const bytesSha256 = createHash('sha256').update(body).digest('hex')
  const refuse = (status: number, code: string, text: string): HmoAnswer => {
    book.record({ kind: 'refused', at, because: code, bytesSha256 })
    return outcome(status, { code: 'invalid', own: code, text })
  }
  const papers = read(body)
  if (papers === null) return refuse(400, 'structure', 'A Communication with a number and papers is expected')
  const { submissionNumber, claimNumber, sizes } = papers
  if (book.papers.has(submissionNumber.toUpperCase())) {
    book.record({ kind: 'duplicate', at, submissionNumber, bytesSha256 })
    return created(submissionNumber)
  }
  const claim = book.byNumber(claimNumber)
  if (!claim) return refuse(422, 'unknown-original', 'The claim that the papers are about is not on file')
  book.record({
    kind: 'effect',
    at,
    submissionNumber,
    purpose: 'supplement',
    claimNumber,
    originalReference: claimNumber,
    memberId: claim.memberId,
    total: 0,
    currency: claim.currency,
    bytesSha256,
    scenario: claim.scenario,
    detail: { sizes },
  })
  return { ...created(submissionNumber), entered: claim }
}

function read(body: Buffer): { submissionNumber: string; claimNumber: string; sizes: number[] } | null {
  let resource: Json
  try {
    resource = JSON.parse(body.toString('utf8'))
  } catch {
    return null
  }
  if (resource?.resourceType !== 'Communication') return null
  const number = resource.identifier?.find((each: Json) => SUBMISSION_NUMBER.test(each?.system ?? ''))?.value
  const claimNumber = (resource.about?.[0]?.reference ?? '').replace(/^Claim\//, '')
  const sizes: number[] = (resource.payload ?? []).map(
    (each: Json) => Buffer.from(each?.contentAttachment?.data ?? '', 'base64').length,
  )
  const whole = /^[0-9A-Z]{16}$/i.test(number ?? '') && claimNumber !== '' && sizes.length > 0
  return whole && sizes.every((size) => size > 0) ? { submissionNumber: number, claimNumber, sizes } : null
}

function created(submissionNumber: string): HmoAnswer {
  const system = 'https://claimhub.example/fhir/submission-number'
  return {
    status: 201,
    body: { resourceType: 'Communication', identifier: [{ system, value: submissionNumber }], status: 'completed' },
  }
}
