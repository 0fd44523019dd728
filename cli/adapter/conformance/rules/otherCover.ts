import { formatMinor } from '../../../../domain/amounts.ts'
import type { Submission } from '../../../../domain/claim.ts'
import { FormatRefusal } from '../../../../domain/claims/formatRefusal.ts'
import { type Check, demand } from '../check.ts'
import { claimWith, tryToWrite } from '../claims.ts'
import type { Subject } from '../subject.ts'
import { wordsOf } from '../texts.ts'

const MEMBER = 'FIRST-MEMBER-8812'
const REFERENCE = 'FIRST-CLAIM-4471'

/** What leaves for an HMO that pays second. */
export const otherCoverChecks: Check[] = [
  {
    name: 'first-hmo-is-told',
    rule: 'a claim to the second HMO says who pays first and what it paid of each line, or is refused with what to do',
    run: async (subject) => {
      const claim = behindAnother(subject)
      const written = await tryToWrite(subject, claim)
      if (written instanceof Error) {
        const refusal = 'the format cannot carry it, and the refusal is no FormatRefusal: nobody is told what to do'
        demand(written instanceof FormatRefusal, refusal)
        return
      }
      const words = await wordsOf(written)
      const paid = formatMinor(claim.firstPayer?.decision?.lines[0]?.paid ?? 0, claim.currency)
      for (const [what, value] of [
        ['the member number', MEMBER],
        ['the claim number', REFERENCE],
        ['the payment', paid],
      ] as const)
        demand(words.replaceAll(',', '').includes(value), `the bytes do not hold ${what} of the first HMO`)
    },
  },
]

/** The folder's claim, of which another HMO has paid a third of each line and left the rest. */
function behindAnother(subject: Subject): Submission {
  const claim = claimWith(subject)
  const lines = claim.lines.map(({ lineNumber, charge }) => {
    const paid = Math.floor(charge / 3)
    const adjustments = [{ bucket: 'patient' as const, group: 'PR', reason: '2', amount: charge - paid }]
    return { lineNumber, charge, paid, allowed: charge, left: charge - paid, adjustments }
  })
  const paid = lines.reduce((total, line) => total + line.paid, 0)
  return {
    ...claim,
    enrolment: { ...claim.enrolment, priority: 'secondary' },
    firstPayer: {
      providerId: 'first-hmo',
      name: 'First Mutual',
      payerId: 'FIRSTMUTUAL',
      cover: { memberId: MEMBER, relationship: claim.enrolment.relationship, subscriber: claim.enrolment.subscriber },
      claimReference: REFERENCE,
      decision: { decidedOn: claim.lines[0]?.serviceDate ?? '2026-01-01', paid, adjustments: [], lines },
    },
  }
}
