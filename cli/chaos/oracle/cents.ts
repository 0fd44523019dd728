import type { RunProgress } from './evidence.ts'

type Money = Pick<RunProgress, 'effects' | 'payments' | 'submissions' | 'claims' | 'postings'>

/** One claim whose cents are not what the twins say, in one currency; minor units. */
export interface CentsOff {
  /** The claim's number; for a payment about none of our claims, the submission's number. */
  about: string
  currency: string
  saidByTwins: number
  posted: number
}

/**
 * What the twins say that they paid against what is posted, claim by claim and currency by
 * currency. Money in suspense is on no claim, so it never makes up for what a claim lacks.
 */
export function centsOff({ effects, payments, submissions, claims, postings }: Money): CentsOff[] {
  const claimOf = new Map(submissions.map((each) => [each.submissionNumber, each.claimId]))
  const currencyOf = new Map(effects.map((each) => [each.submissionNumber, each.currency]))
  const numberOf = new Map(claims.map((claim) => [claim.id, claim.claimNumber]))
  const sums = new Map<string, CentsOff>()
  const sumOf = (about: string, currency: string): CentsOff => {
    const key = `${about} ${currency}`
    const sum = sums.get(key) ?? { about: numberOf.get(about) ?? about, currency, saidByTwins: 0, posted: 0 }
    sums.set(key, sum)
    return sum
  }
  for (const { submissionNumber, paid } of payments) {
    const currency = currencyOf.get(submissionNumber) ?? 'unknown'
    sumOf(claimOf.get(submissionNumber) ?? submissionNumber, currency).saidByTwins += paid
  }
  for (const { claimId, account, currency, amount } of postings)
    if (account === 'allocated' && claimId !== null) sumOf(claimId, currency).posted += amount
  return [...sums.values()].filter(({ saidByTwins, posted }) => saidByTwins !== posted)
}

/** What lies in suspense, minor units by currency; no currency, nothing does. */
export function inSuspense({ postings }: Pick<RunProgress, 'postings'>): Record<string, number> {
  const sums = new Map<string, number>()
  for (const { account, currency, amount } of postings)
    if (account === 'suspense') sums.set(currency, (sums.get(currency) ?? 0) + amount)
  return Object.fromEntries([...sums].filter(([, amount]) => amount !== 0))
}
