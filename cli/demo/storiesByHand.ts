import type { ClaimShown } from './client.ts'
import type { Guide } from './guide.ts'
import { type KeyedPayment, personFor } from './person.ts'
import { checkVisit, type Story } from './scenarios.ts'

const settled = (claim: ClaimShown) => claim.paymentStatus === 'PAID' && claim.closed === 'settled'
const inFull = ({ lines }: ClaimShown): KeyedPayment[] =>
  lines.map(({ lineNumber, code, amount }) => ({ lineNumber, code, claimed: amount, paid: amount }))

/** The stories of an HMO that has nothing but a portal: the person at the clinic is the channel. */
export const STORIES_BY_HAND: Story[] = [
  {
    scenario: 'PF',
    name: 'filed at the portal and paid by its list of payments',
    expected: { status: 'APPROVED', paymentStatus: 'PAID' },
    async play(guide) {
      const { claim, packet } = await filed(guide, 'PF', 'LC-1001')
      if (!packet.includes('checklist.pdf') || !packet.some((name) => name.endsWith('claim-form.pdf')))
        throw new Error(`the packet lacks its checklist or form: ${packet.join(', ')}`)
      if (!claim.references.some(({ value }) => value === 'LC-1001'))
        throw new Error('the portal’s number must be known')
      await personFor(guide).claimList(claim, 'Received')
      await guide.until(claim.claimId, 'received', ({ status }) => status === 'RECEIVED')
      await personFor(guide).payments(claim, inFull(claim), 'CK-1001')
      return guide.until(claim.claimId, 'paid and closed', settled)
    },
  },
  {
    scenario: 'PF',
    name: 'a crown with its X-ray in the packet: a wrong status undone, a mis-keyed payment voided, then paid by hand',
    expected: { status: 'APPROVED', paymentStatus: 'PAID' },
    async play(guide) {
      const { claim, packet } = await filed(guide, 'PF', 'LC-1002', { patient: 2, crown: true })
      if (!packet.some((name) => name.endsWith('-xray.png'))) throw new Error('the X-ray must be in the packet')
      await deniedByMistake(guide, claim.claimId)
      await undoLast(guide, claim.claimId, 'status_by_hand', 'it was another claim’s call')
      await guide.until(claim.claimId, 'as if nobody had said so', ({ status }) => status === 'SUBMITTED')
      await guide.statusByHand(claim.claimId, 'APPROVED')
      await guide.pay(claim.claimId, claim.total * 10, claim.currency)
      await guide.until(claim.claimId, 'paid too much', ({ paymentStatus }) => paymentStatus === 'OVERPAID')
      await undoLast(guide, claim.claimId, 'money_posted', 'a nought too many')
      await guide.until(claim.claimId, 'unpaid again', ({ paymentStatus }) => paymentStatus === 'UNPAID')
      await guide.pay(claim.claimId, claim.total, claim.currency)
      return guide.until(claim.claimId, 'paid and closed', settled)
    },
  },
  {
    scenario: 'PP',
    name: 'paid in part by the list of payments: the patient is billed for the rest',
    expected: { status: 'PARTIAL', paymentStatus: 'PAID' },
    async play(guide) {
      const { claim } = await filed(guide, 'PP', 'LC-1003')
      const lines = inFull(claim)
      const [first] = lines
      const last = lines.at(-1)
      if (first === undefined || last === undefined || first === last) throw new Error('this story needs several lines')
      Object.assign(first, { paid: first.claimed - 1_000, memberShare: 1_000, remarks: 'copay' })
      Object.assign(last, { paid: 0, notCovered: last.claimed, remarks: 'twice in a year' })
      await personFor(guide).payments(claim, lines, 'CK-1003')
      await guide.until(
        claim.claimId,
        'partly approved and paid',
        ({ status, paymentStatus }) => status === 'PARTIAL' && paymentStatus === 'PART_PAID',
      )
      await guide.settleLine(claim.claimId, last.lineNumber, 'bill_patient', 'the patient agreed to pay')
      const billed = await guide.until(claim.claimId, 'settled', ({ closed }) => closed === 'settled')
      await checkVisit(guide, billed)
      return billed
    },
  },
  {
    scenario: 'DR',
    name: 'denied by the list of claims: a correction, paid under the number of the original',
    expected: { status: 'APPROVED', paymentStatus: 'PAID' },
    async play(guide) {
      const { claim } = await filed(guide, 'DR', 'LC-1004')
      await personFor(guide).claimList(claim, 'Denied', 'waiting period')
      await guide.until(
        claim.claimId,
        'denied',
        ({ status, rejectedAt }) => status === 'REJECTED' && rejectedAt === 'adjudicated',
      )
      const corrected = await guide.resubmit(claim.claimId)
      const again = await fileDraft(guide, corrected.claimId, 'LC-1005')
      await personFor(guide).payments(again.claim, inFull(again.claim), 'CK-1005', claim)
      const paid = await guide.until(corrected.claimId, 'paid and closed', settled)
      const original = await guide.api.claim(claim.claimId)
      if (original.paymentStatus !== 'UNPAID') throw new Error('the money is the correction’s, not the original’s')
      return paid
    },
  },
  {
    scenario: 'FR',
    name: 'returned by the portal: corrected and filed as a new claim',
    expected: { status: 'APPROVED', paymentStatus: 'PAID' },
    async play(guide) {
      const { claim } = await filed(guide, 'FR')
      await personFor(guide).claimList(claim, 'Returned', 'member number unknown')
      await guide.until(
        claim.claimId,
        'returned',
        ({ status, rejectedAt }) => status === 'REJECTED' && rejectedAt === 'front_end',
      )
      const corrected = await guide.resubmit(claim.claimId)
      const again = await fileDraft(guide, corrected.claimId, 'LC-1006')
      await personFor(guide).payments(again.claim, inFull(again.claim), 'CK-1006')
      return guide.until(corrected.claimId, 'paid and closed', settled)
    },
  },
  {
    scenario: 'SI',
    name: 'nobody files it: escalated until somebody does',
    expected: { status: 'APPROVED', paymentStatus: 'PAID' },
    async play(guide) {
      const draft = await guide.draft('SI')
      await guide.submit(draft.claimId)
      await personFor(guide).packet(draft.claimId)
      await climbed(guide, draft.claimId)
      await personFor(guide).file(draft.claimId, 'LC-1007')
      const claim = await guide.until(draft.claimId, 'filed', ({ delivery }) => delivery === 'SENT')
      await personFor(guide).payments(claim, inFull(claim), 'CK-1007')
      return guide.until(draft.claimId, 'paid and closed', (paid) => settled(paid) && !paid.attention)
    },
  },
  {
    scenario: 'SL',
    name: 'filed and never answered: escalated, phoned, its check keyed, and then listed: one money',
    expected: { status: 'APPROVED', paymentStatus: 'PAID' },
    async play(guide) {
      const { claim } = await filed(guide, 'SL', 'LC-1008')
      await guide.until(claim.claimId, 'on the worklist', ({ attention }) => attention)
      await climbed(guide, claim.claimId)
      await guide.statusByHand(claim.claimId, 'APPROVED')
      await guide.pay(claim.claimId, claim.total, claim.currency)
      const keyed = await guide.until(claim.claimId, 'paid and closed', (paid) => settled(paid) && !paid.attention)
      await personFor(guide).payments(keyed, inFull(keyed), 'CHK-20077')
      await guide.until(claim.claimId, 'asked whether it is the same check', ({ attention }) => attention)
      await mergeHeld(guide, 'CHK-20077')
      return guide.until(claim.claimId, 'paid once', (paid) => settled(paid) && !paid.attention)
    },
  },
  {
    scenario: 'TP',
    name: 'cancelled after it was filed: a packet that withdraws it',
    expected: { status: 'CANCELLED', paymentStatus: 'UNPAID' },
    async play(guide) {
      const { claim } = await filed(guide, 'TP', 'LC-1009')
      await guide.api.post(`/v1/claims/${claim.claimId}/cancel`, { reason: 'claimed twice' })
      await guide.until(claim.claimId, 'a withdrawal to file', ({ attention, submissions }) => {
        return attention && submissions.some(({ purpose, delivery }) => purpose === 'void' && delivery === 'WAITING')
      })
      await personFor(guide).file(claim.claimId)
      return guide.until(claim.claimId, 'cancelled', ({ closed }) => closed === 'cancelled')
    },
  },
]

interface Filed {
  claim: ClaimShown
  packet: string[]
}

async function filed(
  guide: Guide,
  scenario: string,
  reference?: string,
  options?: Parameters<Guide['draft']>[1],
): Promise<Filed> {
  const draft = await guide.draft(scenario, options)
  return fileDraft(guide, draft.claimId, reference)
}

async function fileDraft(guide: Guide, claimId: string, reference?: string): Promise<Filed> {
  const person = personFor(guide)
  await guide.submit(claimId)
  const packet = await person.packet(claimId)
  await person.file(claimId, reference)
  return { packet, claim: await guide.until(claimId, 'filed', ({ delivery }) => delivery === 'SENT') }
}

/** A denial keyed on the wrong claim. */
async function deniedByMistake({ api, today }: Guide, claimId: string): Promise<void> {
  await api.post(`/v1/claims/${claimId}/status`, {
    status: 'REJECTED',
    rejectedAt: 'adjudicated',
    said: [{ list: 'CARC', code: '96' }],
    channel: 'phone',
    saidBy: 'claims desk',
    callNumber: 'CALL-1042',
    saidOn: today(),
  })
}

/** Takes the newest act of this kind back: both stay on the timeline. */
async function undoLast(guide: Guide, claimId: string, type: string, reason: string): Promise<void> {
  const last = (await guide.timeline(claimId)).filter((entry) => entry.type === type).at(-1)
  if (last?.eventId === undefined) throw new Error(`the timeline has no ${type} to take back`)
  await guide.api.post(`/v1/claims/${claimId}/events/${last.eventId}/undo`, { reason })
  const now = (await guide.timeline(claimId)).find(({ eventId }) => eventId === last.eventId)
  if (typeof now?.undoneBy !== 'string') throw new Error('the timeline must show both, and who took it back')
}

async function climbed(guide: Guide, claimId: string): Promise<void> {
  await guide.until(claimId, 'overdue', ({ waitingFor }) => waitingFor?.includes('overdue') ?? false)
  const entries = await guide.timeline(claimId)
  if (!entries.some((entry) => entry.type === 'deadline_passed'))
    throw new Error('the escalation must show on the timeline')
}

/** The list of the check becomes the detail of what was keyed. */
async function mergeHeld({ api }: Guide, check: string): Promise<void> {
  const { remittances } = await api.get<{ remittances: { remittanceId: string }[] }>(
    `/v1/remittances?state=held&traceNumber=${check}`,
  )
  const [held] = remittances
  if (remittances.length !== 1 || held === undefined) throw new Error(`${remittances.length} remittances ${check} held`)
  const reason = 'the check of the bank statement'
  await api.post(`/v1/remittances/${held.remittanceId}/merge`, { keep: 'this', reason })
}
