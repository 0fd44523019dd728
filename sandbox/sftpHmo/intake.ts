import { createHash } from 'node:crypto'
import { scenarioOf } from '../scenarios.ts'
import type { SummitBook, SummitClaim, SummitInterchange } from './bookTypes.ts'
import { fateOf, originalOf } from './fate.ts'
import { answerDays } from './steps.ts'
import { readClaims, type X12Claim } from './x12/readClaim.ts'
import { readInquiries } from './x12/readInquiry.ts'
import { type FileInterchange, readX12 } from './x12/readX12.ts'

const PURPOSES: Readonly<Record<string, SummitClaim['purpose']>> = { '1': 'new', '7': 'replacement', '8': 'void' }

/** Whole files in /in: which one, and when it was last changed. */
export interface InFile {
  bytes: Buffer
  inode: number
  modifiedMs: number
}

type HashedFile = InFile & { bytesSha256: string }

/**
 * Takes a file into the books; everything is on disk when this returns, and only then may the file
 * be removed. A second copy (same sender and control number, or a claim number that is known)
 * changes nothing. Answers what has come in and is now waiting for an answer.
 */
export function receiveFile(book: SummitBook, now: Date, file: InFile): (SummitClaim | SummitInterchange)[] {
  const bytesSha256 = createHash('sha256').update(file.bytes).digest('hex')
  const interchanges = readX12(file.bytes)
  if (interchanges === null) {
    // PWK06 of the claim names the attachment by the beginning of its hash.
    book.note(now, 'attachment', bytesSha256.slice(0, 20))
    return []
  }
  return interchanges.flatMap((interchange) => receiveInterchange(book, now, interchange, { ...file, bytesSha256 }))
}

function receiveInterchange(
  book: SummitBook,
  now: Date,
  interchange: FileInterchange,
  { inode, modifiedMs, bytesSha256 }: HashedFile,
): (SummitClaim | SummitInterchange)[] {
  const about = `${interchange.sender}-${interchange.control}`
  const known = book.interchanges.get(about)
  const transactions = interchange.groups.flatMap((group) => group.transactions)
  const isInquiry = transactions.length > 0 && transactions.every((each) => each.kind === '276')
  const readings = new Map(
    transactions.map((each) => [
      each,
      interchange.note === '000' && each.whole && each.kind === '837' ? readClaims(each, interchange.component) : null,
    ]),
  )
  const received = [...readings.values()].flatMap((claims) => claims ?? [])
  if (known) {
    // Killed between reading and removing: the same file, no second copy.
    if (known.file.inode === inode && known.file.modifiedMs === modifiedMs) return []
    for (const claim of received) recordDuplicate(book, now, claim, bytesSha256)
    return []
  }
  const refused = interchange.note !== '000' || (!isInquiry && [...readings.values()].includes(null))
  if (refused)
    book.append({ kind: 'refused', at: now.toISOString(), because: `envelope ${interchange.note}`, bytesSha256 })
  const taken = received.flatMap((claim) => receiveClaim(book, now, claim, { ...interchange, bytesSha256 }))
  book.note(now, 'interchange', {
    about,
    kind: isInquiry ? 'inquiry' : 'claims',
    at: now.getTime(),
    sender: interchange.sender,
    receiver: interchange.receiver,
    control: interchange.control,
    date: interchange.date,
    time: interchange.time,
    usage: interchange.usage,
    note: interchange.note,
    groups: interchange.groups.map((group) => ({
      code: group.code,
      control: group.control,
      guide: group.guide,
      transactions: group.transactions.map((each) => ({
        kind: each.kind,
        control: each.control,
        accepted: (readings.get(each) ?? null) !== null,
      })),
    })),
    answerDays: answerDays(received.map((claim) => scenarioOf(claim.memberId))),
    inquiries: isInquiry ? transactions.flatMap(readInquiries) : [],
    file: { inode, modifiedMs },
  } satisfies Omit<SummitInterchange, 'done'>)
  const entered = book.interchanges.get(about)
  return [...taken, ...(entered ? [entered] : [])]
}

function receiveClaim(
  book: SummitBook,
  now: Date,
  claim: X12Claim,
  sent: FileInterchange & { bytesSha256: string },
): SummitClaim[] {
  const { sender, receiver, control, usage, bytesSha256 } = sent
  const known = book.claims.get(claim.submissionNumber.toUpperCase())
  if (known) {
    // The same bytes under the same control number, not yet noted as read: this is the rest of a
    // reading that was killed.
    const isRest = known.bytesSha256 === bytesSha256 && known.control === control && known.sender === sender
    if (!isRest) recordDuplicate(book, now, claim, bytesSha256)
    return isRest ? [known] : []
  }
  const original = originalOf(book, claim)
  const fate = fateOf(book, claim, original)
  book.append({
    kind: 'effect',
    at: now.toISOString(),
    submissionNumber: claim.submissionNumber,
    purpose: PURPOSES[claim.frequency] ?? 'new',
    claimNumber: `SD${String(book.claims.size + 1).padStart(8, '0')}`,
    originalReference: claim.originalReference,
    memberId: claim.memberId,
    total: claim.total,
    currency: claim.currency,
    bytesSha256,
    scenario: scenarioOf(claim.memberId),
    detail: {
      ...claim,
      fate,
      original: fate.startsWith('reject') ? null : (original?.claimNumber ?? null),
      sender,
      receiver,
      control,
      usage,
      attachmentsMissing: claim.attachments.filter((each) => !book.attachments.has(each)),
    },
  })
  const entered = book.claims.get(claim.submissionNumber.toUpperCase())
  return [...(entered ? [entered] : []), ...(original && entered?.original ? [original] : [])]
}

function recordDuplicate(book: SummitBook, now: Date, claim: X12Claim, bytesSha256: string): void {
  book.append({ kind: 'duplicate', at: now.toISOString(), submissionNumber: claim.submissionNumber, bytesSha256 })
}
