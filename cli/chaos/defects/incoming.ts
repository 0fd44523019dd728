import type { Notice } from '../../../adapters/contract.ts'
import type { Remittance, RemittanceClaim } from '../../../domain/money/remittance.ts'
import { type Defect, soundActivities } from './planting.ts'

/** Exchanges what is read out of documents that hold a remittance. */
function reading(misread: () => (remittance: Remittance) => Remittance[]): Defect {
  return (deps, strikes) => {
    const change = misread()
    const changed = (notice: Notice): Notice[] =>
      notice.kind === 'remittance' && strikes()
        ? change(notice.remittance).map((remittance) => ({ kind: 'remittance', remittance }))
        : [notice]
    return soundActivities({
      ...deps,
      decoder: {
        lease: (work) =>
          deps.decoder.lease((decode) =>
            work(async (job) => {
              const decoded = await decode(job)
              return decoded.kind === 'done' ? { ...decoded, answer: decoded.answer.flatMap(changed) } : decoded
            }),
          ),
      },
    })
  }
}

export const INCOMING = {
  /** Payments are read over. */
  'drops-payments': reading(() => () => []),
  /** One payment is taken for two. */
  'posts-twice': reading(() => (remittance) => [
    remittance,
    { ...remittance, traceNumber: `${remittance.traceNumber}-2` },
  ]),
  /** A payment is posted for the claim that an earlier one was for. */
  'pays-another-claim': reading(() => {
    const seen = new Map<string, RemittanceClaim>()
    return (remittance) => [{ ...remittance, claims: remittance.claims.map((claim) => misdirected(seen, claim)) }]
  }),
  /** A cent of each payment is taken for a discount. */
  'cent-less': reading(() => (remittance) => [lessACent(remittance)]),
  /** Dollars are taken for dirhams, pesos for dollars, dirhams for pesos. */
  'other-currency': reading(() => (remittance) => [{ ...remittance, currency: OTHER[remittance.currency] ?? 'USD' }]),
} satisfies Record<string, Defect>

const OTHER: Readonly<Record<string, string>> = { USD: 'AED', PHP: 'USD', AED: 'PHP' }

/** The first payment of all goes where it belongs: there is none before it. */
function misdirected(seen: Map<string, RemittanceClaim>, claim: RemittanceClaim): RemittanceClaim {
  const [before] = seen.values()
  if (claim.submissionNumber !== undefined) seen.set(claim.submissionNumber, claim)
  if (before?.submissionNumber === undefined || before.submissionNumber === claim.submissionNumber) return claim
  return { ...claim, submissionNumber: before.submissionNumber, references: before.references }
}

/** Balanced as before: charge less adjustments is what was paid, and the sum is the payment's. */
function lessACent(remittance: Remittance): Remittance {
  const [first, ...others] = remittance.claims
  if (first === undefined || first.paid <= 0) return remittance
  const cent = { bucket: 'contractual' as const, amount: 1, said: { list: 'CARC', code: '45' } }
  const [line, ...lines] = first.lines
  const less: RemittanceClaim =
    line === undefined
      ? { ...first, paid: first.paid - 1, adjustments: [...first.adjustments, cent] }
      : {
          ...first,
          paid: first.paid - 1,
          lines: [{ ...line, paid: line.paid - 1, adjustments: [...line.adjustments, cent] }, ...lines],
        }
  return { ...remittance, amount: remittance.amount - 1, claims: [less, ...others] }
}
