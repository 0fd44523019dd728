import { paymentsAt } from './adjudicate.ts'
import type { OutFile, SummitBook, SummitClaim, SummitInterchange, SummitStatement } from './bookTypes.ts'
import { grouped } from './x12/groups.ts'
import { SUMMIT } from './x12/parties.ts'
import { inReview, statusNow, unasked, write277 } from './x12/write277.ts'
import { type AckVerdict, write277ca } from './x12/write277ca.ts'
import { write835 } from './x12/write835.ts'
import { write999, writeTa1 } from './x12/writeReceipts.ts'
import type { SummitEnvelope } from './x12/writeX12.ts'

/** A step that is due now. */
export type Due =
  | { interchange: SummitInterchange; what: SummitStatement }
  | { claim: SummitClaim; what: SummitStatement }

interface Contents {
  type: 'TA1' | '999' | '277CA' | '277' | '835'
  says: OutFile['says']
  write(envelope: SummitEnvelope): { text: string; owed?: NonNullable<OutFile['owed']> } | null
}

/**
 * What stands in which file: payments to one payee together, acknowledgements of one interchange
 * together, statuses to one clinic together.
 */
export function filesOf(
  book: SummitBook,
  due: Due[],
  mislead: () => boolean,
): { to: string; usage: 'P' | 'T'; contents: Contents }[] {
  const interchanges = due.flatMap((each) => ('interchange' in each ? [each] : []))
  const claims = due.flatMap((each) => ('claim' in each ? [each] : []))
  const about = (whats: SummitStatement[]) => claims.filter((each) => whats.includes(each.what))
  const named = (type: 'acknowledgement' | 'payment') => (each: (typeof claims)[number]) =>
    type === 'payment'
      ? `${each.claim.sender} ${each.claim.usage} ${each.claim.payee.npi} ${each.claim.currency}`
      : `${each.claim.sender} ${each.claim.control}`
  return [
    ...interchanges.map(({ interchange, what }) => ({
      to: interchange.sender,
      usage: interchange.usage,
      contents: receipt(book, interchange, what),
    })),
    ...[about(['forwarded']), about(['acknowledged', 'rejected'])]
      .flatMap((some) => grouped(some, named('acknowledgement')))
      .map((some) => addressed(some, acknowledgement(some))),
    ...grouped(about(['in-review']), (each) => `${each.claim.sender} ${each.claim.usage}`).map((some) =>
      addressed(some, review(some, mislead)),
    ),
    ...grouped(about(['payment-1', 'payment-2', 'denied', 'taken-back']), named('payment')).map((some) =>
      addressed(some, payment(book, some)),
    ),
  ]
}

type DueClaim = Extract<Due, { claim: SummitClaim }>

function addressed(some: DueClaim[], contents: Contents) {
  return { to: some[0]?.claim.sender ?? '', usage: some[0]?.claim.usage ?? 'T', contents }
}

function receipt(book: SummitBook, interchange: SummitInterchange, what: SummitStatement): Contents {
  const says = [{ about: interchange.about, what }]
  if (what === 'TA1') return { type: 'TA1', says, write: (envelope) => ({ text: writeTa1(envelope, interchange) }) }
  if (what === '999') return { type: '999', says, write: (envelope) => ({ text: write999(envelope, interchange) }) }
  return { type: '277', says, write: (envelope) => answerTo(book, envelope, interchange) }
}

/** Null when Summit is silent about all that was asked. */
function answerTo(book: SummitBook, envelope: SummitEnvelope, interchange: SummitInterchange): { text: string } | null {
  const statuses = interchange.inquiries.flatMap((inquiry) => {
    const claim = book.claims.get(inquiry.submissionNumber.toUpperCase()) ?? book.byNumber(inquiry.claimNumber ?? '')
    const own = claim?.memberId === inquiry.memberId ? claim : undefined
    const status = statusNow(own)
    return status === null
      ? []
      : [
          {
            trace: inquiry.trace,
            submissionNumber: inquiry.submissionNumber,
            claim: own ?? null,
            status,
            about: inquiry,
          },
        ]
  })
  return statuses.length === 0 ? null : { text: write277(envelope, statuses) }
}

function acknowledgement(some: DueClaim[]): Contents {
  const isForwarded = some[0]?.what === 'forwarded'
  return {
    type: '277CA',
    says: says(some),
    write: (envelope) => ({
      text: write277ca(
        envelope,
        some.map(({ claim, what }) => ({ claim, verdict: what as AckVerdict })),
        isForwarded,
      ),
    }),
  }
}

function review(some: DueClaim[], mislead: () => boolean): Contents {
  return {
    type: '277',
    says: says(some),
    write: (envelope) => ({
      text: write277(
        envelope,
        some.map(({ claim }) => {
          // The fault wrongRef: a status under a number that nobody has.
          const isWrong = mislead()
          const status = unasked(claim, inReview(claim), isWrong ? '0'.repeat(16) : claim.submissionNumber)
          return isWrong ? { ...status, claim: null } : status
        }),
      ),
    }),
  }
}

function payment(book: SummitBook, some: DueClaim[]): Contents {
  const paid = some.flatMap(({ claim, what }) =>
    paymentsAt(claim, what).map((each) => ({ claim, what, payment: each })),
  )
  const payee = some[0]?.claim.payee ?? { name: SUMMIT.name, npi: '', taxId: '' }
  const currency = some[0]?.claim.currency ?? 'USD'
  const account = `${some[0]?.claim.sender} ${payee.npi} ${currency}`
  return {
    type: '835',
    says: some.map(({ claim, what }) => ({
      about: claim.about,
      what,
      paid: paymentsAt(claim, what).reduce((sum, each) => sum + each.paid, 0),
    })),
    write(envelope) {
      const { text, owed } = write835(envelope, { payee, currency, claims: paid, owed: book.owed(account) })
      return { text, owed: { payee: account, ...owed } }
    },
  }
}

function says(some: DueClaim[]): OutFile['says'] {
  return some.map(({ claim, what }) => ({ about: claim.about, what }))
}
