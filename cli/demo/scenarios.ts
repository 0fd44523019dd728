import type { ClaimShown } from './client.ts'
import type { Guide } from './guide.ts'
import { xrayPng } from './xray.ts'

/** One story of the guide: how it is played, and how its claim must end. */
export interface Story {
  scenario: string
  name: string
  expected: { status: string; paymentStatus: string }
  /** Answers the claim that the story ends with. Throws when something is not as the guide says. */
  play(guide: Guide): Promise<ClaimShown>
}

const decided = (claim: ClaimShown) => ['APPROVED', 'PARTIAL', 'REJECTED'].includes(claim.status)
interface VisitShown {
  receipts: number
  balance: Record<'fees' | 'paid' | 'contractual' | 'givenUp' | 'balance' | 'patientOwes', number>
}

/**
 * The visit's balance has fallen by what the HMO paid and what is contractual, and the patient owes
 * the rest: no more, no less.
 */
export async function checkVisit(guide: Guide, { lines, total, balances }: ClaimShown): Promise<void> {
  const [visitId, ...others] = new Set(lines.map((line) => line.visitId))
  if (!visitId || others.length > 0) throw new Error('this story claims the services of one visit')
  const { receipts, balance } = await guide.api.get<VisitShown>(`/v1/visits/${visitId}`)
  const [paid, contractual, patient] = ['paid', 'contractual', 'patient'].map((name) => Number(balances[name]))
  const wanted = {
    fees: total,
    paid,
    contractual,
    balance: total - receipts - Number(paid) - Number(contractual),
    patientOwes: Number(patient) - receipts,
  }
  for (const [name, amount] of Object.entries(wanted)) {
    const shown = balance[name as keyof typeof balance]
    if (shown !== amount) throw new Error(`the visit's ${name} is ${shown}, not ${amount}`)
  }
  if (!(Number(paid) > 0 && balance.balance < total && balance.patientOwes === balance.balance))
    throw new Error('the HMO has paid its part of the visit, and what is left is what the patient owes')
}

async function takesSupplements({ api, provider }: Guide): Promise<boolean> {
  const { providers } = await api.get<{ providers: { providerId: string; capabilities: { purposes: string[] } }[] }>(
    '/v1/providers',
  )
  return providers.some((each) => each.providerId === provider && each.capabilities.purposes.includes('supplement'))
}

const paid = (claim: ClaimShown) => claim.paymentStatus === 'PAID'

/**
 * The HMO pays the claim once more. Where that decides it again, nothing of it is posted until a
 * person has asked the HMO and says that it is other money.
 */
async function takeSecondPayment(
  guide: Guide,
  { claimId, submissions }: ClaimShown,
  isPosted: (claim: ClaimShown) => boolean,
): Promise<void> {
  const numbers = submissions.map(({ submissionNumber }) => submissionNumber)
  let second: SuspenseShown | undefined
  await guide.until(claimId, 'a second payment, posted or in suspense', async (claim) => {
    if (isPosted(claim)) return true
    const { lines } = await guide.api.get<{ lines: SuspenseShown[] }>('/v1/suspense?limit=200')
    second = lines.find(({ submissionNumber }) => numbers.includes(submissionNumber ?? ''))
    return second !== undefined
  })
  if (second === undefined) return
  const reason = 'the HMO says that it paid twice'
  await guide.api.post(`/v1/suspense/${second.remittanceId}/${second.sequence}/allocation`, {
    claimId,
    reason,
    otherMoney: reason,
  })
}

interface SuspenseShown {
  remittanceId: string
  sequence: number
  submissionNumber: string | null
}

export const STORIES: Story[] = [
  {
    scenario: 'PF',
    name: 'paid in full',
    expected: { status: 'APPROVED', paymentStatus: 'PAID' },
    async play(guide) {
      const draft = await guide.draft('PF')
      await guide.submit(draft.claimId)
      await guide.until(draft.claimId, 'a confirmation of the HMO', (claim) => claim.status !== 'SUBMITTED')
      return guide.until(draft.claimId, 'paid and closed', (claim) => paid(claim) && claim.closed === 'settled')
    },
  },
  {
    scenario: 'PF',
    name: 'a dependent, with a crown that needs an X-ray: blocked until it is attached',
    expected: { status: 'APPROVED', paymentStatus: 'PAID' },
    async play(guide) {
      const draft = await guide.draft('PF', { patient: 2, crown: true })
      await guide.submit(draft.claimId)
      return guide.until(draft.claimId, 'paid and closed', (claim) => paid(claim) && claim.closed === 'settled')
    },
  },
  {
    scenario: 'PP',
    name: 'approved in part: the rest is billed to the patient',
    expected: { status: 'PARTIAL', paymentStatus: 'PAID' },
    async play(guide) {
      const draft = await guide.draft('PP')
      await guide.submit(draft.claimId)
      const part = await guide.until(
        draft.claimId,
        'partly approved and paid',
        (claim) => claim.status === 'PARTIAL' && claim.paymentStatus === 'PART_PAID',
      )
      const denied = part.lines.find((line) => line.decision === 'denied')
      if (!denied) throw new Error('a partial claim must say which line was denied')
      if (!(Number(part.balances['denied']) > 0))
        throw new Error('the denied amount must stay open until a person settles it')
      await guide.settleLine(draft.claimId, denied.lineNumber, 'bill_patient', 'the patient agreed to pay')
      const billed = await guide.until(draft.claimId, 'settled', (claim) => claim.closed === 'settled')
      if (!(Number(billed.balances['patient']) >= denied.amount))
        throw new Error('the patient must owe the denied line')
      await checkVisit(guide, billed)
      return billed
    },
  },
  {
    scenario: 'FR',
    name: 'rejected at the front end: corrected and sent as a new original',
    expected: { status: 'APPROVED', paymentStatus: 'PAID' },
    async play(guide) {
      const draft = await guide.draft('FR')
      await guide.submit(draft.claimId)
      await guide.until(
        draft.claimId,
        'rejected at the front end',
        (claim) => claim.status === 'REJECTED' && claim.rejectedAt === 'front_end',
      )
      const corrected = await guide.resubmit(draft.claimId)
      await guide.submit(corrected.claimId)
      await guide.until(draft.claimId, 'replaced', (claim) => claim.closed === 'replaced')
      return guide.until(corrected.claimId, 'paid and closed', (claim) => paid(claim) && claim.closed === 'settled')
    },
  },
  {
    scenario: 'DR',
    name: 'denied after review: a replacement that carries the HMO’s reference',
    expected: { status: 'APPROVED', paymentStatus: 'PAID' },
    async play(guide) {
      const draft = await guide.draft('DR')
      await guide.submit(draft.claimId)
      const denied = await guide.until(
        draft.claimId,
        'denied',
        (claim) => claim.status === 'REJECTED' && claim.rejectedAt === 'adjudicated',
      )
      if (!denied.references.some((reference) => reference.type === 'claim-number'))
        throw new Error('the HMO’s claim number must be known')
      const replacement = await guide.resubmit(draft.claimId)
      await guide.submit(replacement.claimId)
      return guide.until(replacement.claimId, 'paid and closed', (claim) => paid(claim) && claim.closed === 'settled')
    },
  },
  {
    scenario: 'DQ',
    name: 'asked for papers: they go as a supplement, where the HMO takes one',
    expected: { status: 'APPROVED', paymentStatus: 'PAID' },
    async play(guide) {
      const draft = await guide.draft('DQ')
      await guide.submit(draft.claimId)
      if (await takesSupplements(guide)) {
        await guide.until(
          draft.claimId,
          'asked for papers',
          ({ waitingFor }) => waitingFor?.includes('asked for') ?? false,
        )
        const path = `/v1/claims/${draft.claimId}`
        await guide.api.upload(`${path}/attachments?kind=xray&fileName=answer.png`, 'image/png', xrayPng())
        await guide.api.post(`${path}/supplements`)
      }
      return guide.until(draft.claimId, 'paid and closed', (claim) => paid(claim) && claim.closed === 'settled')
    },
  },
  {
    scenario: 'SI',
    name: 'silent: escalated, phoned, updated and paid by hand',
    expected: { status: 'APPROVED', paymentStatus: 'PAID' },
    async play(guide) {
      const draft = await guide.draft('SI')
      const submitted = await guide.submit(draft.claimId)
      await guide.until(draft.claimId, 'on the worklist', (claim) => claim.attention)
      const entries = await guide.timeline(draft.claimId)
      if (!entries.some((entry) => entry.type === 'deadline_passed'))
        throw new Error('the escalation must show on the timeline')
      await guide.statusByHand(draft.claimId, 'APPROVED')
      await guide.pay(draft.claimId, submitted.total, submitted.currency)
      return guide.until(draft.claimId, 'paid and closed', (claim) => paid(claim) && claim.closed === 'settled')
    },
  },
  {
    scenario: 'SL',
    name: 'slow: a late answer closes the worklist item',
    expected: { status: 'APPROVED', paymentStatus: 'PAID' },
    async play(guide) {
      const draft = await guide.draft('SL')
      await guide.submit(draft.claimId)
      await guide.until(draft.claimId, 'on the worklist', (claim) => claim.attention)
      return guide.until(
        draft.claimId,
        'paid and closed',
        (claim) => paid(claim) && claim.closed === 'settled' && !claim.attention,
      )
    },
  },
  {
    scenario: 'TP',
    name: 'paid in two parts',
    expected: { status: 'APPROVED', paymentStatus: 'PAID' },
    async play(guide) {
      const draft = await guide.draft('TP')
      await guide.submit(draft.claimId)
      const ended = await guide.until(
        draft.claimId,
        'paid and closed',
        (claim) => paid(claim) && claim.closed === 'settled',
      )
      const entries = await guide.timeline(draft.claimId)
      if (entries.filter((entry) => entry.type === 'money_posted').length < 2)
        throw new Error('two payments must be on the timeline')
      return ended
    },
  },
  {
    scenario: 'OP',
    name: 'overpaid: shown, never clipped',
    expected: { status: 'APPROVED', paymentStatus: 'OVERPAID' },
    async play(guide) {
      const draft = await guide.draft('OP')
      await guide.submit(draft.claimId)
      const overpaid = (claim: ClaimShown) => claim.paymentStatus === 'OVERPAID' && decided(claim) && claim.attention
      const first = await guide.until(
        draft.claimId,
        'overpaid, or paid',
        (claim) => overpaid(claim) || claim.closed === 'settled',
      )
      if (overpaid(first)) return first
      await takeSecondPayment(guide, first, overpaid)
      return guide.until(draft.claimId, 'overpaid and decided', overpaid)
    },
  },
]
