import { createHash } from 'node:crypto'
import { simpleParser } from 'mailparser'
import { scenarioOf } from '../scenarios.ts'
import type { VisayasBook, VisayasClaim, VisayasFate } from './book.ts'
import { type ListedClaim, readClaims } from './readClaims.ts'

const PURPOSES = {
  NEW: 'new',
  REPLACEMENT: 'replacement',
  APPEAL: 'replacement',
  VOID: 'void',
  SUPPLEMENT: 'supplement',
} as const

/**
 * Takes a mail into the books; everything is on disk when this returns, and only then may the
 * server say 250. A claim that is known changes nothing. Answers what has come in and is now
 * waiting for an answer, and its corrected originals.
 */
export async function receiveMail(book: VisayasBook, now: Date, raw: Buffer): Promise<VisayasClaim[]> {
  const at = now.toISOString()
  const bytesSha256 = createHash('sha256').update(raw).digest('hex')
  const mail = await simpleParser(raw, { skipHtmlToText: true, skipTextToHtml: true })
  const lists = mail.attachments.filter(({ filename }) => filename?.endsWith('.csv'))
  const claims = lists.flatMap(({ content }) => readClaims(content.toString('utf8')) ?? [null])
  // Papers of a claim whose list came with an earlier mail.
  if (lists.length === 0) book.append({ kind: 'note', at, key: 'papers', value: bytesSha256 })
  if (claims.includes(null)) book.append({ kind: 'refused', at, because: 'a list that is not whole', bytesSha256 })
  return claims.flatMap((claim) =>
    claim === null ? [] : receiveClaim(book, claim, { at, bytesSha256, messageId: mail.messageId ?? '' }),
  )
}

interface ReceivedMail {
  at: string
  bytesSha256: string
  /** Empty when the mail has none. */
  messageId: string
}

function receiveClaim(book: VisayasBook, claim: ListedClaim, mail: ReceivedMail): VisayasClaim[] {
  const { at, bytesSha256 } = mail
  const { submissionNumber, purpose } = claim
  if (book.claims.has(submissionNumber) || book.papers.has(submissionNumber)) {
    book.append({ kind: 'duplicate', at, submissionNumber, bytesSha256 })
    return []
  }
  const original = originalOf(book, claim)
  if (purpose === 'SUPPLEMENT' && !original) {
    book.append({ kind: 'refused', at, because: 'papers of a claim that is not on file', bytesSha256 })
    return []
  }
  book.append({
    kind: 'effect',
    at,
    submissionNumber,
    purpose: PURPOSES[purpose],
    claimNumber:
      purpose === 'SUPPLEMENT' && original
        ? original.claimNumber
        : `VH${String(book.claims.size + 1).padStart(8, '0')}`,
    originalReference: claim.theirClaim || null,
    memberId: claim.memberId,
    total: purpose === 'SUPPLEMENT' ? 0 : claim.total,
    currency: claim.currency,
    bytesSha256,
    scenario: scenarioOf(claim.memberId),
    detail: {
      ...claim,
      fate: fateOf(book, claim, original),
      original: original?.claimNumber ?? null,
      cameWith: mail.messageId,
    },
  })
  const entered = book.claims.get(submissionNumber)
  return [entered, original].filter((each) => each !== undefined)
}

/**
 * The claim of the same member that a correction names, by Visayas' number or by the sender's; one
 * that was returned can't be corrected.
 */
function originalOf(book: VisayasBook, claim: ListedClaim): VisayasClaim | undefined {
  if (claim.purpose === 'NEW') return undefined
  const named = book.byNumber(claim.theirClaim) ?? book.claims.get(claim.ourOriginal.toUpperCase())
  return named && named.memberId === claim.memberId && named.fate !== 'return' ? named : undefined
}

/**
 * By the member's scenario; a wrong total or an unknown original is returned whatever was meant to
 * happen.
 */
function fateOf(book: VisayasBook, claim: ListedClaim, original: VisayasClaim | undefined): VisayasFate {
  const scenario = scenarioOf(claim.memberId)
  if (claim.lines.reduce((sum, line) => sum + line.charge, 0) !== claim.total) return 'return'
  if (scenario === 'SI') return 'silent'
  if (claim.purpose !== 'NEW' && !original) return 'return'
  if (claim.purpose === 'VOID') return 'void'
  if (claim.purpose !== 'NEW') return 'pay'
  switch (scenario) {
    case 'PF':
    case 'HP':
      return 'pay-less-contract'
    case 'PP':
      return 'pay-part'
    case 'FR':
      return [...book.claims.values()].some(({ memberId }) => memberId === claim.memberId) ? 'pay' : 'return'
    case 'DR':
      return 'deny'
    case 'SL':
    case 'DQ':
      return 'pay'
    case 'TP':
      return 'halves'
    case 'OP':
      return 'overpay'
  }
}
