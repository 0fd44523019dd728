import type { Answer, ClaimMatch, Notice } from '../../adapters/contract.ts'
import type { Reference } from '../../domain/claim.ts'
import { checkRemittance, type Remittance } from '../../domain/money/remittance.ts'
import type { FileReport } from '../inspect/report.ts'

/**
 * One thing that a document would make the hub believe: about whom, which amounts (minor units),
 * and what about it.
 */
export interface BelievedEffect {
  about: string
  amounts: readonly number[]
  status: string
  /** Part of a payment that was found to add up. */
  paid?: true
}

/** What the unchanged document is about: only effects on these can be mistaken for its own. */
export interface Known {
  /** Our submission number, or a reference of theirs that leads to it, by either in upper case. */
  claims: Map<string, string>
  batches: Set<number>
  /** Our requests for authorisation. */
  requests: Set<string>
}

export function knownOf(notices: readonly Notice[]): Known {
  const known: Known = { claims: new Map(), batches: new Set(), requests: new Set() }
  const add = ({ submissionNumber, references }: { submissionNumber?: string; references: Reference[] }) => {
    const claim = submissionNumber ?? references[0]?.value
    if (claim === undefined) return
    for (const name of [claim, ...references.filter(({ type }) => type === 'claim-number').map(({ value }) => value)])
      known.claims.set(name.toUpperCase(), claim.toUpperCase())
  }
  for (const notice of notices) {
    if (notice.kind === 'claim') add(notice.match)
    if (notice.kind === 'batch') known.batches.add(notice.controlNumber)
    if (notice.kind === 'authorisation') known.requests.add(notice.answer.requestId)
    if (notice.kind === 'remittance') for (const claim of notice.remittance.claims) add(claim)
  }
  return known
}

/**
 * What the hub would take from notices: unreadable ones, unknown codes (`other`), claims that
 * nobody sent and remittances that don't balance change nothing but the worklist.
 */
export function effectsOf(notices: readonly Notice[], known: Known): BelievedEffect[] {
  // A code that the decoder has no word for: the money is booked, and a person is told that the
  // claim's state is not known.
  const doubted = notices.flatMap((notice) =>
    notice.kind === 'claim' && notice.fact.type === 'other' ? [resolved(notice.match, known)] : [],
  )
  return notices
    .flatMap((notice) => effectsOfNotice(notice, known))
    .map((effect) => (doubted.includes(effect.about) ? { ...effect, status: FOR_A_PERSON } : effect))
}

/** No state is taken of such a claim. */
export const FOR_A_PERSON = 'for a person'

function effectsOfNotice(notice: Notice, known: Known): BelievedEffect[] {
  switch (notice.kind) {
    case 'unreadable':
      return []
    case 'batch':
      return known.batches.has(notice.controlNumber)
        ? [
            {
              about: `batch ${notice.controlNumber}`,
              amounts: [],
              status: `${notice.verdict} ${notice.submissionNumbers ?? notice.positions ?? ''}`,
            },
          ]
        : []
    case 'authorisation': {
      const { requestId, number, granted, amount } = notice.answer
      const status = granted ? `granted ${number}` : 'not granted'
      return known.requests.has(requestId) ? [{ about: `request ${requestId}`, amounts: [amount ?? 0], status }] : []
    }
    case 'remittance':
      return paymentsOf(notice.remittance, known)
    case 'claim': {
      const about = resolved(notice.match, known)
      const { fact } = notice
      if (about === null || fact.type === 'other' || fact.type === 'inquiry_failed') return []
      if (fact.type !== 'decided') return [{ about, amounts: [], status: fact.type }]
      const lines = fact.lines.map(({ lineNumber, outcome }) => `${lineNumber} ${outcome}`)
      return [
        {
          about,
          amounts: fact.lines.map(({ payable }) => payable),
          status: ['decided', fact.outcome ?? '', ...lines].join(' '),
        },
      ]
    }
  }
}

function paymentsOf(remittance: Remittance, known: Known): BelievedEffect[] {
  if (checkRemittance(remittance).length > 0) return []
  return remittance.claims.flatMap((claim) => {
    const about = resolved(claim, known)
    return about === null
      ? []
      : [{ about, amounts: [claim.paid, claim.charged], status: `${claim.kind} ${claim.outcome}`, paid: true as const }]
  })
}

function resolved({ submissionNumber, references }: ClaimMatch, known: Known): string | null {
  const names = [
    submissionNumber,
    ...references.filter(({ type }) => type === 'claim-number').map(({ value }) => value),
  ]
  for (const name of names) {
    const claim = name === undefined ? undefined : known.claims.get(name.toUpperCase())
    if (claim !== undefined) return claim
  }
  return null
}

export function effectsOfAnswer(answer: Answer): BelievedEffect[] {
  if (answer.kind === 'unknown') return []
  const references = answer.kind === 'taken' ? answer.references.map(({ value }) => value) : []
  return [{ about: 'the sending', amounts: [], status: [answer.kind, ...references].join(' ') }]
}

/**
 * What a person would take from a report of inspect: one with problems is not taken at its word,
 * and a claim that nobody sent is looked up in vain.
 */
export function effectsOfReport(report: FileReport, known: Known): BelievedEffect[] {
  return report.transactions.flatMap(({ problems, kind, balanced, claims }) => {
    if (problems.length > 0 || balanced === false) return []
    return claims.flatMap(({ claimId, reference, status, charged, paid }) => {
      const names = [claimId, reference].filter((name) => name !== null)
      const about = names.map((name) => known.claims.get(name.toUpperCase())).find((claim) => claim !== undefined)
      const amounts = [charged, paid].map((amount) => Math.round(Number(amount ?? 0) * 100))
      return about === undefined
        ? []
        : [
            {
              about,
              amounts,
              status: `${kind} ${status}`,
              ...(balanced === true ? { paid: true as const } : {}),
            },
          ]
    })
  })
}

export function knownOfReport({ transactions }: FileReport): Known {
  const known: Known = { claims: new Map(), batches: new Set(), requests: new Set() }
  for (const { claimId, reference } of transactions.flatMap(({ claims }) => claims)) {
    const claim = claimId ?? reference
    for (const name of [claimId, reference])
      if (name !== null && claim !== null) known.claims.set(name.toUpperCase(), claim.toUpperCase())
  }
  return known
}
