import type { ClaimShown, PublicApi } from './client.ts'
import { xrayPng } from './xray.ts'

/** What a scenario's script may do, in the words of the guide. */
export interface Guide {
  provider: string
  /**
   * Finds the scenario's patient, ticks the services of completed visits, attaches what is
   * required, saves the draft.
   */
  draft(scenario: string, options?: { crown?: boolean; patient?: number; recentDays?: number }): Promise<ClaimShown>
  submit(claimId: string): Promise<ClaimShown>
  /**
   * Polls the claim until the test holds; throws with what the claim is when it doesn't within the
   * patience.
   */
  until(claimId: string, words: string, holds: (claim: ClaimShown) => boolean | Promise<boolean>): Promise<ClaimShown>
  resubmit(claimId: string): Promise<ClaimShown>
  statusByHand(claimId: string, status: string): Promise<void>
  pay(claimId: string, amount: number, currency: string): Promise<void>
  settleLine(
    claimId: string,
    lineNumber: number,
    action: 'bill_patient' | 'write_off' | 'appeal',
    reason: string,
  ): Promise<void>
  timeline(claimId: string): Promise<TimelineShown[]>
  api: PublicApi
  today(): string
  /** The same at another HMO of the demo. */
  at(hmo: { provider: string; letter: string }): Guide
}

export interface TimelineShown {
  kind: string
  eventId?: string
  type?: string
  /** The event by which a person took it back. */
  undoneBy?: string | null
  from?: string
  to?: string
  act?: unknown
}

const PATIENCE_MS = 150_000

export function guideFor(api: PublicApi, provider: string, letter: string, now: () => Date): Guide {
  const claims = '/v1/claims'
  return {
    api,
    provider,
    today: () => now().toISOString().slice(0, 10),
    at: (hmo) => guideFor(api, hmo.provider, hmo.letter, now),
    async draft(scenario, { crown = false, patient = 1, recentDays = 90 } = {}) {
      const externalId = `pat-${letter}-${scenario}-${patient}`
      const { patients } = await api.get<{ patients: { patientId: string; externalId: string }[] }>(
        `/v1/patients?search=${externalId}&billable=true&recentDays=${recentDays}&limit=100`,
      )
      const found = patients.find((each) => each.externalId === externalId)
      if (!found) throw new Error(`the search does not find the billable patient ${externalId}`)
      const path = `/v1/patients/${found.patientId}/billable-procedures?providerId=${provider}&recentDays=${recentDays}`
      const { procedures } = await api.get<{
        procedures: { procedureId: string; code: string; billable: { kind: string } }[]
      }>(path)
      const codes = crown ? ['D0220', 'D2740'] : ['D0120', 'D2392', 'D7140']
      const ticked = procedures.filter((each) => codes.includes(each.code) && each.billable.kind === 'billable')
      const body = {
        patientId: found.patientId,
        providerId: provider,
        lines: ticked.map(({ procedureId }) => ({ procedureId })),
      }
      const draft = await api.post<ClaimShown>(claims, body)
      if (crown)
        await api.upload(
          `${claims}/${draft.claimId}/attachments?kind=xray&tooth=14&fileName=tooth-14.png`,
          'image/png',
          xrayPng(),
        )
      return draft
    },
    async submit(claimId) {
      await api.post(`${claims}/${claimId}/submit`)
      return this.until(claimId, 'submitted', ({ status }) => status !== 'DRAFT' && status !== 'SUBMITTING')
    },
    async until(claimId, words, holds) {
      const end = Date.now() + PATIENCE_MS
      for (;;) {
        const claim = await api.claim(claimId)
        if (await holds(claim)) return claim
        if (Date.now() > end)
          throw new Error(
            `claim ${claim.claimNumber} is ${claim.status}, ${claim.paymentStatus} (${claim.waitingFor}); waited for: ${words}`,
          )
        await new Promise((resolve) => setTimeout(resolve, 250))
      }
    },
    resubmit: (claimId) => api.post<ClaimShown>(`${claims}/${claimId}/resubmissions`),
    async statusByHand(claimId, status) {
      const said = { channel: 'phone', saidBy: 'claims desk', callNumber: 'CALL-1041', saidOn: this.today() }
      await api.post(`${claims}/${claimId}/status`, { status, ...said })
    },
    pay: (claimId, amount, currency) =>
      api.post(`${claims}/${claimId}/payments`, { amount, currency, paidOn: dayOf(now), reference: 'CHK-20077' }),
    settleLine: (claimId, lineNumber, action, reason) =>
      api.post(`${claims}/${claimId}/lines/${lineNumber}/settlement`, { action, reason }),
    timeline: async (claimId) => (await api.get<{ entries: TimelineShown[] }>(`${claims}/${claimId}/timeline`)).entries,
  }
}

function dayOf(now: () => Date): string {
  return now().toISOString().slice(0, 10)
}
