import { OF_TWO_HMOS } from '../seed/demoData.ts'
import type { DemoHmo } from '../seed/hmos.ts'
import type { ClaimShown } from './client.ts'
import type { Guide } from './guide.ts'
import type { Story } from './scenarios.ts'

interface Billable {
  procedureId: string
  amount: number
  billable: { kind: string; because?: string }
  first: { claimId: string | null; left: number | null } | null
}

/**
 * A patient with two HMOs: the guide's own waits until the first has decided, and is then asked for
 * what that one left. Its twin reads the first one's decision out of the claim and pays the rest.
 */
export function twoHmos(first: DemoHmo): Story {
  return {
    scenario: OF_TWO_HMOS.scenario,
    name: `a primary and a secondary HMO: ${first.name} pays in part, this one what is left`,
    expected: { status: 'APPROVED', paymentStatus: 'PAID' },
    async play(guide) {
      const before = guide.at(first)
      const draft = await before.draft(OF_TWO_HMOS.scenario, { patient: OF_TWO_HMOS.patient })
      await before.submit(draft.claimId)
      const waits = await billableOf(guide, draft)
      if (!waits.every(({ billable }) => billable.kind === 'disabled' && billable.because?.includes('pays first')))
        throw new Error('the second HMO must wait for the first, and the list must say so')
      const decided = await before.until(
        draft.claimId,
        'partly approved and paid by the first HMO',
        ({ status, paymentStatus }) => status === 'PARTIAL' && paymentStatus === 'PART_PAID',
      )
      const second = await claimTheRest(guide, decided)
      await guide.submit(second.claimId)
      await before.until(decided.claimId, 'closed: the rest is claimed', ({ closed }) => closed === 'settled')
      const paid = await guide.until(second.claimId, 'paid and closed', ({ closed }) => closed === 'settled')
      if (paid.firstClaim?.claimId !== decided.claimId) throw new Error('the claim must name the first HMO’s claim')
      await checkNothingOwed(guide, paid)
      return paid
    },
  }
}

/** A draft of every service of which the first HMO left something, with the first’s amounts. */
async function claimTheRest(guide: Guide, first: ClaimShown): Promise<ClaimShown> {
  const left = (await billableOf(guide, first)).filter(({ billable }) => billable.kind === 'billable')
  if (left.length === 0 || !left.every((each) => each.first?.claimId === first.claimId && Number(each.first.left) > 0))
    throw new Error('the list must show what the first HMO left of each service')
  const lines = left.map(({ procedureId }) => ({ procedureId }))
  const { patientId } = await patientOf(guide, first)
  return guide.api.post<ClaimShown>('/v1/claims', { patientId, providerId: guide.provider, lines })
}

async function billableOf(guide: Guide, first: ClaimShown): Promise<Billable[]> {
  const { patientId } = await patientOf(guide, first)
  const path = `/v1/patients/${patientId}/billable-procedures?providerId=${guide.provider}`
  const { procedures } = await guide.api.get<{ procedures: Billable[] }>(path)
  if (procedures.length === 0) throw new Error('the second HMO’s list must not be empty')
  return procedures
}

async function patientOf({ api }: Guide, { claimId }: ClaimShown): Promise<{ patientId: string }> {
  return (await api.get<{ patient: { patientId: string } }>(`/v1/claims/${claimId}`)).patient
}

async function checkNothingOwed({ api }: Guide, { lines }: ClaimShown): Promise<void> {
  const visitId = lines[0]?.visitId
  if (!visitId) throw new Error('this story claims the services of one visit')
  const { balance } = await api.get<{ balance: Record<string, number> }>(`/v1/visits/${visitId}`)
  if (balance['balance'] !== 0 || balance['patientOwes'] !== 0)
    throw new Error(`both HMOs have paid all, yet the visit's balance is ${JSON.stringify(balance)}`)
}
