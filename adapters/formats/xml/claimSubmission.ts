import { toXmlTime } from './dates.ts'
import { readDocument } from './document.ts'
import { readClaims } from './readClaims.ts'
import { type Written, writeXml } from './write.ts'

/** Who sends claims to whom. `now`: ISO 8601 UTC. */
export interface XmlEnvelope {
  senderId: string
  receiverId: string
  now: string
  zone: string
  test: boolean
  currency: string
}

/**
 * A Claim.Submission with these claims, as bytes that are valid by the schema and whose amounts add
 * up: both are checked by reading them back. Throws when they don't: then the claim can't be
 * written, and nothing may leave.
 */
export function claimSubmission(claims: Written[], envelope: XmlEnvelope): Uint8Array {
  const bytes = writeXml(['Claim.Submission', [headerOf(claims, envelope), ...claims]])
  const read = readDocument(bytes, envelope.zone, { strict: true })
  if (!read.ok) throw new Error(`a claim breaks the schema: ${read.because}`)
  const problem = readClaims(read.document, envelope.currency).flatMap((claim) => claim.problems)[0]
  if (problem !== undefined) throw new Error(`a claim breaks a rule of its amounts: ${problem}`)
  return bytes
}

function headerOf(claims: Written[], { senderId, receiverId, now, zone, test }: XmlEnvelope): Written {
  return [
    'Header',
    [
      ['SenderID', senderId],
      ['ReceiverID', receiverId],
      ['TransactionDate', toXmlTime(now, zone)],
      ['RecordCount', String(claims.length)],
      ['DispositionFlag', test ? 'TEST' : 'PRODUCTION'],
    ],
  ]
}
