import type { Notice } from '../../adapters/contract.ts'
import { decode as decodeSummit } from '../../adapters/providers/summit-dental/decode.ts'
import { createDraft } from '../../db/drafts/createDraft.ts'
import { balancesOf } from '../../db/money/ledger.ts'
import type { ClaimBalances } from '../../domain/money/ledger.ts'
import { context } from '../adapters/x12/samples.ts'
import { doing, wish } from '../support/claimsSeed.ts'
import { fieldFile } from '../support/fieldFiles.ts'
import { type Engine, type Submitted, startEngine } from './engine.ts'

/** A claim of the field cases: D0120 of 50.00 and D1110 of 90.00, of Nora Fieldcase. */
export interface FieldClaim extends Submitted {
  /** Takes a file in as the inbox does, with `numbers` in place of the numbers in its CLP01. */
  file(name: string, numbers?: string[]): Promise<FieldState>
  /** The same for the text of an 835. */
  text(text: string, numbers?: string[]): Promise<FieldState>
  says(notices: Notice[]): Promise<FieldState>
  state(): Promise<FieldState>
}

/** What people read of a claim. */
export interface FieldState {
  status: string
  closed: string | null
  items: string[]
  /** Open, paid and the buckets that are not empty, in minor units. */
  money: Partial<ClaimBalances>
}

export interface FieldEngine extends Engine {
  /** Another claim of the same services; lines of other charges when it says so. */
  fieldClaim(charges?: [number, number]): Promise<FieldClaim>
  textOf(name: string): string
}

const SERVICE_DAY = '2026-11-20'

/** The engine of the activities with a patient and procedures as the field files name them. */
export async function startFieldEngine(): Promise<FieldEngine> {
  const engine = await startEngine()
  engine.now = new Date('2026-12-03T10:00:00Z')
  const { owner } = engine.db
  const { procedures, patientId, enrolmentId } = engine.seeded
  await owner.updateTable('patients').set({ family: 'Fieldcase', given: 'Nora' }).where('id', '=', patientId).execute()
  await owner.updateTable('enrolments').set({ member_id: 'SI-90001' }).where('id', '=', enrolmentId).execute()
  await owner.updateTable('visits').set({ visited_on: SERVICE_DAY }).where('patient_id', '=', patientId).execute()
  const perform = (id: string, code: string) =>
    owner
      .updateTable('visit_procedures')
      .set({ code, quantity: 1, tooth: null, surfaces: null })
      .where('id', '=', id)
      .execute()
  await perform(procedures.cleaning, 'D0120')
  await perform(procedures.filling, 'D1110')
  const field: Pick<FieldEngine, 'fieldClaim' | 'textOf'> = {
    textOf: fieldFile,
    fieldClaim: async (charges = [5_000, 9_000]) => {
      const { organisationId } = engine.db
      const ticked = (['cleaning', 'filling'] as const).map((name, index) => ({
        procedureId: procedures[name],
        override: { amount: charges[index] ?? 0, currency: 'PHP', reason: 'field case' },
      }))
      const wanted = wish(engine.seeded, [], { ticked, overrideDuplicate: 'test' })
      const saved = await engine.within((tx) => createDraft(tx, wanted, doing(organisationId, engine.now)))
      if (saved.kind === 'refused') throw new Error(saved.detail)
      const opened = await engine.open(saved.claimId)
      if (opened.kind !== 'open' || opened.submitted === null || opened.interchangeId === null)
        throw new Error(`not submitted: ${JSON.stringify(opened)}`)
      const input = { organisationId, claimId: saved.claimId, providerId: 'harbor-health' }
      const sending = { ...input, interchangeId: opened.interchangeId, ...opened.submitted }
      await engine.deliver(sending)
      return claimOf(engine, sending)
    },
  }
  return Object.assign(engine, field)
}

function claimOf(engine: Engine, sending: Submitted): FieldClaim {
  const { claimId, submissionNumber } = sending
  const state = async (): Promise<FieldState> => {
    const { status, closed } = await engine.claim(claimId)
    const all = await engine.within((tx) => balancesOf(tx, engine.db.organisationId, claimId))
    const { paymentStatus: _status, charged: _charged, open, paid, ...buckets } = all
    const filled = Object.fromEntries(Object.entries(buckets).filter(([, amount]) => amount !== 0))
    return { status, closed, items: await engine.openItems(claimId), money: { open, paid, ...filled } }
  }
  const says = async (notices: Notice[]) => {
    await engine.arrives(notices)
    await engine.inbox()
    await engine.news(claimId)
    return state()
  }
  const text = (document: string, numbers = [submissionNumber]) =>
    says(read835(ofOwnNumber(document, submissionNumber), numbers))
  return { ...sending, state, says, text, file: (name, numbers) => text(fieldFile(name), numbers) }
}

/**
 * The same file serves several claims: each time it is a payment of its own, with its own number.
 */
function ofOwnNumber(document: string, submissionNumber: string): string {
  return document.replace(/(TRN\*1\*[^*~]+)/g, `$1-${submissionNumber}`)
}

/** What Summit's own decoder reads in an 835, in the currency of the test's connection. */
export function read835(document: string, numbers: string[]): Notice[] {
  const inFile = [...new Set([...document.matchAll(/CLP\*([^*]+)\*/g)].map(([, number = '']) => number))]
  const own = inFile.reduce(
    (text, number, index) => text.replaceAll(`CLP*${number}*`, `CLP*${numbers[index] ?? number}*`),
    document,
  )
  const body = new TextEncoder().encode(own)
  const ctx = context({ currency: 'PHP', now: '2026-12-31T00:00:00.000Z' })
  return decodeSummit({ transport: 'sftp', name: 'field.x12', body }, ctx)
}

/**
 * An 835 with one payment: claims as `CLP`, `SVC`, `CAS` and `REF` segments without their ends. A
 * negative amount is carried forward (PLB FB), as BPR02 is never below 0.
 */
export function payment835(
  { trace, day = '20261201', amount }: { trace: string; day?: string; amount: string },
  segments: string[],
): string {
  const carried = amount.startsWith('-')
  const paid = carried ? '0' : amount
  const own = [
    'ST*835*0001',
    `BPR*${paid === '0' ? 'H' : 'I'}*${paid}*C*${paid === '0' ? 'NON' : 'ACH'}************${day}`,
    `TRN*1*${trace}*1512345678`,
    'N1*PR*SUMMIT DENTAL*XV*SUM01',
    'N1*PE*BRIGHT SMILE DENTAL GROUP*XX*1093817462',
    'LX*1',
    ...segments,
    ...(carried ? [`PLB*1093817462*20261231*FB:${trace}*${amount}`] : []),
  ]
  const whole = [...own, `SE*${own.length + 1}*0001`]
  const head =
    'ISA*00*          *00*          *ZZ*SUMMITDENTAL   *ZZ*BRIGHTSMILE    *261201*1200*^*00501*000000901*0*P*:~GS*HP*SUMMITDENTAL*BRIGHTSMILE*20261201*1200*901*X*005010X221A1~'
  return `${head}${whole.map((segment) => `${segment}~`).join('')}GE*1*901~IEA*1*000000901~`
}
