import type { ClaimShown } from '../../demo/client.ts'
import { personFor } from '../../demo/person.ts'
import { xrayPng } from '../../demo/xray.ts'
import { inBatches, sendBatch } from './deliveryDrives.ts'
import { type Play, until } from './play.ts'

const HMO = 'harbor-health'
const PORTAL = 'laguna-care'
const BATCHES = 'summit-dental'

/** The request that meets the place; the client that gets no answer sends it again. */
async function askedArmed(play: Play, request: () => Promise<unknown>): Promise<void> {
  play.arm()
  await Promise.all([request(), play.died()])
}

export async function submits(play: Play): Promise<void> {
  const draft = await play.clinic.draft(HMO, 'PF')
  await askedArmed(play, () => play.clinic.submit(draft))
}

/** A claim that the HMO has taken and says nothing about. */
async function silent(play: Play): Promise<ClaimShown> {
  const draft = await play.clinic.draft(HMO, 'SI')
  await play.clinic.submit(draft)
  return play.clinic.guide(HMO).until(draft.claimId, 'sent', ({ delivery }) => delivery === 'SENT')
}

export async function setsStatus(play: Play): Promise<void> {
  const { claimId } = await silent(play)
  const guide = play.clinic.guide(HMO)
  await askedArmed(play, () => guide.statusByHand(claimId, 'APPROVED'))
  await guide.until(claimId, 'approved', ({ status }) => status === 'APPROVED')
  const events = (await guide.timeline(claimId)).filter(({ type }) => type === 'status_by_hand')
  if (events.length !== 1) throw new Error(`the status was set ${events.length} times`)
}

export async function pays(play: Play): Promise<void> {
  const claim = await silent(play)
  const guide = play.clinic.guide(HMO)
  await guide.statusByHand(claim.claimId, 'APPROVED')
  said(play, claim)
  await askedArmed(play, () => guide.pay(claim.claimId, claim.total, claim.currency))
  await guide.until(claim.claimId, 'paid', ({ paymentStatus }) => paymentStatus === 'PAID')
}

/** The person at the counter has the money of this claim in hand. */
function said({ clinic }: Play, { submissions, total }: ClaimShown): void {
  const about = submissions[0]?.submissionNumber ?? ''
  clinic.note({ kind: 'said', at: clinic.now().toISOString(), about, what: 'payment', paid: total, key: about })
}

export async function cancels(play: Play): Promise<void> {
  const { claimId } = await silent(play)
  const { api } = play.clinic.guide(HMO)
  await askedArmed(play, () => api.post(`/v1/claims/${claimId}/cancel`, { reason: 'claimed twice' }))
  await until('a void that was sent', async () =>
    (await api.claim(claimId)).submissions.some(({ purpose, delivery }) => purpose === 'void' && delivery === 'SENT'),
  )
}

export async function imports(play: Play): Promise<void> {
  const { claimId } = await silent(play)
  const guide = play.clinic.guide(HMO)
  const { owner, clinic } = play
  const of = await owner
    .selectFrom('claims')
    .select(['patient_id', 'clinic_id', 'practitioner_id', 'currency'])
    .where('id', '=', claimId)
    .executeTakeFirstOrThrow()
  const filed = {
    patientId: of.patient_id,
    providerId: HMO,
    clinicId: of.clinic_id,
    practitionerId: of.practitioner_id,
    currency: of.currency,
    lines: [{ code: 'D0150', serviceDate: '2026-02-01', amount: 50_000 }],
    status: 'APPROVED',
    submittedAt: new Date(clinic.now().getTime() - 86_400_000).toISOString(),
  }
  const of2 = () => owner.selectFrom('claims').select('id').where('patient_id', '=', of.patient_id).execute()
  const before = (await of2()).length
  await askedArmed(play, () => guide.api.post('/v1/claims/import', filed))
  const made = (await of2()).length - before
  if (made !== 1) throw new Error(`${made} claims were imported`)
}

export async function supplements(play: Play): Promise<void> {
  const { clinic } = play
  const guide = clinic.guide(HMO)
  const draft = await clinic.draft(HMO, 'DQ')
  await clinic.submit(draft)
  await guide.until(draft.claimId, 'asked for papers', ({ waitingFor }) => waitingFor?.includes('asked for') ?? false)
  const path = `/v1/claims/${draft.claimId}`
  await guide.api.upload(`${path}/attachments?kind=xray&fileName=answer.png`, 'image/png', xrayPng())
  await askedArmed(play, () => guide.api.post(`${path}/supplements`))
}

export async function sendsNow(play: Play): Promise<void> {
  const draft = await play.clinic.draft(BATCHES, 'PF')
  const guide = play.clinic.guide(BATCHES)
  await inBatches(play, `/v1/connections/${draft.connectionId}`, async () => {
    await play.clinic.submit(draft)
    await guide.until(draft.claimId, 'waiting', ({ delivery }) => delivery === 'WAITING')
    await askedArmed(play, () => guide.api.post(`/v1/claims/${draft.claimId}/send-now`))
  })
  await guide.until(draft.claimId, 'sent', ({ delivery }) => delivery === 'SENT')
}

export async function sendsBatch(play: Play): Promise<void> {
  const draft = await play.clinic.draft(BATCHES, 'PF')
  const guide = play.clinic.guide(BATCHES)
  await inBatches(play, `/v1/connections/${draft.connectionId}`, async () => {
    await play.clinic.submit(draft)
    await guide.until(draft.claimId, 'waiting', ({ delivery }) => delivery === 'WAITING')
    await askedArmed(play, () => sendBatch(play, draft))
  })
  await guide.until(draft.claimId, 'sent', ({ delivery }) => delivery === 'SENT')
}

/** A claim that was filed at the portal, and the list of payments that names it. */
export async function uploads(play: Play): Promise<void> {
  const { clinic } = play
  const guide = clinic.guide(PORTAL)
  const person = personFor(guide)
  const draft = await clinic.draft(PORTAL, 'PF')
  await clinic.submit(draft)
  await person.packet(draft.claimId)
  await person.file(draft.claimId, `LC-${draft.claimNumber}`)
  const claim = await guide.until(draft.claimId, 'filed', ({ delivery }) => delivery === 'SENT')
  filed(play, claim)
  said(play, claim)
  const lines = claim.lines.map(({ lineNumber, code, amount }) => ({ lineNumber, code, claimed: amount, paid: amount }))
  await askedArmed(play, () => person.payments(claim, lines, `CK-${draft.claimNumber}`))
  await guide.until(draft.claimId, 'paid', ({ paymentStatus }) => paymentStatus === 'PAID')
}

/** The HMO at the counter has the claim: only the person who was there can say so. */
function filed({ clinic }: Play, { submissions, claimNumber, total, currency }: ClaimShown): void {
  clinic.note({
    kind: 'effect',
    at: clinic.now().toISOString(),
    submissionNumber: submissions[0]?.submissionNumber ?? '',
    purpose: 'new',
    claimNumber,
    originalReference: null,
    memberId: '',
    total,
    currency,
    bytesSha256: '',
    scenario: 'PF',
    detail: {},
  })
}

/** A paper that nobody could read, read once more after its adapter was mended. */
export async function rereads(play: Play): Promise<void> {
  const { clinic, owner, stage } = play
  const { api } = clinic.guide(PORTAL)
  const connectionId = stage.stack.state.ids.connections[PORTAL] ?? ''
  const body = `not a list at all: ${play.point} ${clinic.now().toISOString()}`
  await api.upload(`/v1/connections/${connectionId}/documents`, 'text/csv', new TextEncoder().encode(body))
  const item = () =>
    owner
      .selectFrom('attention_items')
      .select('document_id')
      .where('connection_id', '=', connectionId)
      .where('document_id', 'is not', null)
      .where('closed_at', 'is', null)
      .orderBy('created_at', 'desc')
      .executeTakeFirst()
  await until('an item for the paper', async () => (await item()) !== undefined)
  const documentId = (await item())?.document_id
  await askedArmed(play, () => api.post(`/v1/documents/${documentId}/reread`, { reason: 'the adapter was mended' }))
}
