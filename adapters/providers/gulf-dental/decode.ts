import { type Context, type HttpOut, type InMessage, type Notice, type OpenClaim, unreadable } from '../../contract.ts'
import { readDocument } from '../../formats/xml/document.ts'
import { decodeAuthorization } from './decodeAuthorization.ts'
import { decodeRemittance } from './decodeRemittance.ts'
import { fileNameOf, listedIn, readService, searchSent } from './postOffice.ts'
import type { GulfSettings } from './settings.ts'

/** What a document from the exchange says, or the reply to a search of ours. */
export function decode(message: InMessage, ctx: Context<GulfSettings>): Notice[] {
  if (message.transport !== 'http') return [unreadable('it did not come over HTTP')]
  if (message.about !== undefined) return [decodeSearch(message, message.about, ctx.settings)]
  const read = readDocument(message.body, ctx.zone)
  if (!read.ok) return [unreadable(read.because)]
  const { document } = read
  if (document.header.test && ctx.mode === 'production')
    return [unreadable('a test document on a production connection')]
  if (document.header.receiverId !== ctx.settings.facilityId) return [unreadable('it is addressed to another facility')]
  switch (document.kind) {
    case 'Remittance.Advice':
      return decodeRemittance(document, ctx)
    case 'Prior.Authorization':
      return [decodeAuthorization(document, ctx)]
    case 'Claim.Submission':
      return [unreadable('it is a Claim.Submission, which nobody sends to a clinic')]
  }
}

/** One search a claim, by the name of our file. */
export function ask(claims: OpenClaim[], ctx: Context<GulfSettings>): HttpOut[] {
  return claims.map(({ submission }) => searchSent(submission.submissionNumber, ctx.settings))
}

/**
 * There and downloaded by the payer: received. There and not yet: forwarded. A search that fails
 * says nothing about the claim.
 */
function decodeSearch(message: InMessage, about: string, settings: GulfSettings): Notice {
  const answer = readService(message, 'SearchTransactions')
  const listed = answer.ok && answer.result === '0' ? listedIn(answer.root) : null
  const ours = listed?.filter(({ fileName }) => fileName === fileNameOf(about, settings)) ?? []
  const type =
    listed === null
      ? 'inquiry_failed'
      : ours.length === 0
        ? 'not_found'
        : ours.some(({ downloaded }) => downloaded)
          ? 'received'
          : 'forwarded'
  return {
    kind: 'claim',
    match: { submissionNumber: about, references: [] },
    fact: { type },
    said: answer.ok ? answer.said : [],
    references: [],
  }
}
