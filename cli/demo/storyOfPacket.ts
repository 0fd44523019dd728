import type { ClaimShown } from './client.ts'
import type { Guide } from './guide.ts'
import { personFor } from './person.ts'
import type { Story } from './scenarios.ts'
import { joinOneBatch } from './storyOfBatch.ts'

/** Patients of whom no other story makes a claim. */
const CLAIMED = [
  { scenario: 'PP', patient: 2 },
  { scenario: 'DR', patient: 2 },
  { scenario: 'FR', patient: 2 },
]

/**
 * Several claims lie in one packet for an HMO that has only a portal. The person files them one by
 * one: each is sent when it is filed, and the others stay to be filed.
 */
export function packetClaimByClaim(joined: () => void): Story {
  return {
    scenario: 'PP',
    name: 'one packet of three claims, filed claim by claim',
    expected: { status: 'APPROVED', paymentStatus: 'PAID' },
    async play(guide) {
      const drafts = await joinOneBatch(guide, CLAIMED, joined)
      const person = personFor(guide)
      for (const { claimId } of drafts) await person.packet(claimId)
      for (const [index, { claimId }] of drafts.entries()) {
        await person.file(claimId, `LC-20${index}`)
        await guide.until(claimId, 'filed', ({ delivery }) => delivery === 'SENT')
        await checkOthers(guide, drafts.slice(index + 1))
      }
      const paid: ClaimShown[] = []
      for (const [index, { claimId }] of drafts.entries()) {
        const claim = await guide.api.claim(claimId)
        const lines = claim.lines.map(({ lineNumber, code, amount }) => ({
          lineNumber,
          code,
          claimed: amount,
          paid: amount,
        }))
        await person.payments(claim, lines, `CK-200${index}`)
        paid.push(await guide.until(claimId, 'paid and closed', ({ closed }) => closed === 'settled'))
      }
      return paid[0] as ClaimShown
    },
  }
}

async function checkOthers({ api }: Guide, others: ClaimShown[]): Promise<void> {
  for (const { claimId } of others) {
    const { claimNumber, delivery, attention } = await api.claim(claimId)
    if (delivery !== 'WAITING' || !attention)
      throw new Error(`claim ${claimNumber} was not filed, and must stay to be filed; its delivery is ${delivery}`)
  }
}
