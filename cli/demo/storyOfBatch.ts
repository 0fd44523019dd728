import type { ClaimShown } from './client.ts'
import type { Guide } from './guide.ts'
import type { Story } from './scenarios.ts'

/** Patients of whom no other story makes a claim. */
const CLAIMED = [
  { scenario: 'HP', patient: 1 },
  { scenario: 'HP', patient: 2 },
  { scenario: 'TP', patient: 2 },
]

/** Business days until the cut-off: time enough to submit all of them. */
const DAYS_TO_CUT_OFF = 8

interface BatchShown {
  interchangeId: string
  state: string
  claims: number
  unacknowledged: number
  entries: { claimId: string }[]
  documents: unknown[]
}

/**
 * Several claims wait for the cut-off of one HMO, leave in one file, and are acknowledged and paid.
 * `joined` is called when all of them wait and the calendar is off again: from then on the HMO's
 * other claims leave at once.
 */
export function batchWithCutOff(joined: () => void): Story {
  return {
    scenario: 'HP',
    name: 'a batch with a cut-off: three claims leave in one file',
    expected: { status: 'APPROVED', paymentStatus: 'PAID' },
    async play(guide) {
      const drafts = await Promise.all(CLAIMED.map(({ scenario, patient }) => guide.draft(scenario, { patient })))
      const connection = `/v1/connections/${drafts[0]?.connectionId}`
      const day = new Date(Date.parse(guide.today()) + DAYS_TO_CUT_OFF * 86_400_000).getUTCDate()
      await guide.api.patch(connection, { batchCalendar: { every: 'month', day, at: '17:00' } })
      await Promise.all(drafts.map(({ claimId }) => guide.submit(claimId)))
      await Promise.all(drafts.map(({ claimId }) => waits(guide, claimId)))
      await guide.api.patch(connection, { batchCalendar: null })
      joined()
      const paid = await Promise.all(
        drafts.map(({ claimId }) => guide.until(claimId, 'paid and closed', ({ closed }) => closed === 'settled')),
      )
      await checkOneFile(guide, connection, paid)
      return paid[0] as ClaimShown
    },
  }
}

async function waits(guide: Guide, claimId: string): Promise<void> {
  const claim = await guide.api.claim(claimId)
  if (claim.delivery !== 'WAITING' || !claim.waitingFor?.includes('cut-off'))
    throw new Error(
      `claim ${claim.claimNumber} must wait for the cut-off, and is ${claim.delivery}: ${claim.waitingFor}`,
    )
}

async function checkOneFile({ api }: Guide, connection: string, claims: ClaimShown[]): Promise<void> {
  const { batches } = await api.get<{ batches: BatchShown[] }>(`${connection}/batches`)
  const shown = await Promise.all(
    batches.map(({ interchangeId }) => api.get<BatchShown>(`${connection}/batches/${interchangeId}`)),
  )
  const batch = shown.find(({ entries }) => entries.some(({ claimId }) => claimId === claims[0]?.claimId))
  const together = new Set(batch?.entries.map(({ claimId }) => claimId))
  if (!claims.every(({ claimId }) => together.has(claimId))) throw new Error('the three claims must be in one batch')
  if (batch?.state !== 'SENT' || batch.documents.length !== 1 || batch.unacknowledged !== 0)
    throw new Error('the batch must have left as one file, and each of its claims must be acknowledged')
}
