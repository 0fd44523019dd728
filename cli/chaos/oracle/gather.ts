import { existsSync, readFileSync } from 'node:fs'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../../../db/schema/database.ts'
import { type EffectEntry, readEffects } from '../../../sandbox/effectLedger.ts'
import { INVARIANT_QUERIES } from '../invariantQueries.ts'
import type { OwnClaim, OwnPosting, OwnSubmission, RunEvidence, RunProgress } from './evidence.ts'

/** Where the evidence of a run lies. */
export interface RunPlaces {
  /** Effect ledgers of the twins; `keyed`: its channel has an idempotency key. */
  ledgers: readonly { file: string; keyed: boolean }[]
  /** Connected as the owner: sees every organisation. */
  owner: Kysely<Database>
  /** Claim ids that the API promised with a 2xx on submit. */
  promised: readonly string[]
}

/** What may still be under way. */
export async function gatherProgress({ ledgers, owner, promised }: RunPlaces): Promise<RunProgress> {
  const entries = ledgers.flatMap(({ file }) => entriesOf(file))
  const documents = await owner
    .selectFrom('documents')
    .select('id')
    .where('direction', '=', 'in')
    .where('processed_at', 'is', null)
    .execute()
  return {
    effects: entries.filter((entry) => entry.kind === 'effect'),
    payments: entries.flatMap((entry) =>
      entry.kind === 'said' && entry.paid !== undefined ? [{ submissionNumber: entry.about, paid: entry.paid }] : [],
    ),
    submissions: await submissions(owner),
    claims: await claims(owner),
    postings: await postings(owner),
    promised,
    unprocessed: documents.map(({ id }) => id),
  }
}

/** All that a run is judged by. `mustNotNamePatients`: files, for example logs. */
export async function gatherEvidence(
  places: RunPlaces,
  { running, mustNotNamePatients }: { running: ReadonlySet<string>; mustNotNamePatients: readonly string[] },
): Promise<RunEvidence> {
  const keyless = places.ledgers.filter(({ keyed }) => !keyed).flatMap(({ file }) => entriesOf(file))
  return {
    ...(await gatherProgress(places)),
    secondCopies: keyless.flatMap((entry) => (entry.kind === 'duplicate' ? [entry.submissionNumber] : [])),
    running,
    brokenRows: await brokenRows(places.owner),
    namedPatients: await namedPatients(places.owner, mustNotNamePatients),
  }
}

/** A twin that was never met has no ledger. */
function entriesOf(file: string): EffectEntry[] {
  return existsSync(file) ? readEffects(file) : []
}

async function submissions(owner: Kysely<Database>): Promise<OwnSubmission[]> {
  const { rows } = await sql<OwnSubmission>`
    select s.submission_number as "submissionNumber", s.claim_id as "claimId", s.purpose, i.state, i.attempt, i.lookups,
      (s.frozen ->> 'total')::bigint as total
    from submissions s join interchanges i on i.organisation_id = s.organisation_id and i.id = s.interchange_id`.execute(
    owner,
  )
  return rows
}

export async function claims(owner: Kysely<Database>): Promise<OwnClaim[]> {
  const { rows } = await sql<OwnClaim>`
    select c.id, c.claim_number as "claimNumber", c.status, c.closed_because as "closedBecause", c.currency,
      c.deadline_level as levels, c.waiting_for as "waitingFor",
      array(select a.kind from attention_items a
        where a.organisation_id = c.organisation_id and a.claim_id = c.id and a.closed_at is null) as "openItems"
    from claims c`.execute(owner)
  return rows
}

async function postings(owner: Kysely<Database>): Promise<OwnPosting[]> {
  const { rows } = await sql<OwnPosting>`
    select e.claim_id as "claimId", e.account, t.currency, sum(e.amount)::bigint as amount
    from ledger_entries e join ledger_transactions t on t.organisation_id = e.organisation_id and t.id = e.transaction_id
    where e.account in ('allocated', 'suspense') group by e.claim_id, e.account, t.currency`.execute(owner)
  return rows
}

async function brokenRows(owner: Kysely<Database>): Promise<Record<string, string[]>> {
  const broken: Record<string, string[]> = {}
  for (const [name, query] of Object.entries(INVARIANT_QUERIES)) {
    const { rows } = await query.execute(owner)
    broken[name] = rows.map((row) => row.words)
  }
  return broken
}

async function namedPatients(owner: Kysely<Database>, mustNotNamePatients: readonly string[]): Promise<string[]> {
  const patients = await owner.selectFrom('patients').select(['id', 'family']).execute()
  const members = await owner.selectFrom('enrolments').select(['patient_id as id', 'member_id as family']).execute()
  const files = mustNotNamePatients.map((file) => ({ file, text: readFileSync(file).toString('latin1') }))
  return [...patients, ...members].flatMap((patient) =>
    files
      .filter(({ text }) => patient.family.length >= 6 && text.includes(patient.family))
      .map(({ file }) => `patient ${patient.id} is named in ${file}`),
  )
}
