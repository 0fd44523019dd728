import { readFileSync } from 'node:fs'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../../db/schema/database.ts'
import { LEVELS } from '../../domain/claims/escalation.ts'
import { isRealTransmission } from '../../domain/delivery/interchangeState.ts'
import { type EffectEntry, readEffects } from '../../sandbox/effectLedger.ts'
import { INVARIANT_QUERIES } from './invariantQueries.ts'

/** What the oracle looks at: the twins' own ledgers first, our database second, Temporal third. */
export interface RunEvidence {
  /**
   * Effect ledger files of the twins. `keyed`: the channel has an idempotency key, so that a
   * repeated send under it is allowed; elsewhere a second copy that only the twin's own memory
   * stopped counts as doubled.
   */
  ledgers: { file: string; keyed: boolean }[]
  /** Connected as the owner: sees every organisation. */
  owner: Kysely<Database>
  /** Claim ids of the running workflows. */
  running: Set<string>
  /** Claim ids that the API promised with a 2xx on submit. */
  promised: string[]
  /** Files in which no patient may be found (Temporal's database, logs). */
  mustNotNamePatients: string[]
}

export interface RunVerdict {
  submitted: number
  effects: number
  lost: number
  doubled: number
  unknown: { resolved: number; worklist: number }
  /**
   * What the twins say they paid less what our ledger says they paid, minor units, all currencies
   * added: only 0 is right.
   */
  centsDifference: number
  invariants: Record<string, boolean>
  /** What broke, in words, at most a few of each kind. */
  findings: string[]
}

/**
 * Nothing lost, nothing doubled, every cent and every invariant in place, and nothing left
 * unfinished when patience ended.
 */
export function isGood(verdict: RunVerdict, unfinished: readonly string[]): boolean {
  return (
    unfinished.length === 0 &&
    verdict.lost === 0 &&
    verdict.doubled === 0 &&
    verdict.centsDifference === 0 &&
    Object.values(verdict.invariants).every(Boolean)
  )
}

type Effect = Extract<EffectEntry, { kind: 'effect' }>

/**
 * Checks the invariants of docs/operations.md after a run. Believes the twins more than ourselves.
 */
export async function judge(evidence: RunEvidence): Promise<RunVerdict> {
  const { owner } = evidence
  const entries = evidence.ledgers.flatMap(({ file }) => readEffects(file))
  const effects = entries.filter((entry): entry is Effect => entry.kind === 'effect')
  const counts = copiesOf(effects, secondCopies(evidence))
  const submissions = await sentSubmissions(owner)
  const doubled = submissions.filter((row) => (counts.get(row.submission_number) ?? 0) > 1)
  const lost = submissions.filter((row) => isRealTransmission(row) && !counts.has(row.submission_number))
  const known = new Set(submissions.map((row) => row.submission_number))
  const strangers = effects.filter((effect) => !known.has(effect.submissionNumber))
  const broken: Record<string, string[]> = {
    I1: [
      ...doubled.map((row) => `${row.submission_number} has ${counts.get(row.submission_number)} effects`),
      ...lost.map((row) => `${row.submission_number} is SENT without an effect`),
    ],
    I2: strangers.map((effect) => `effect ${effect.submissionNumber} has no submission`),
    I3: await brokenPromises(evidence),
    ...(await brokenRows(owner)),
    I8: await namedPatients(evidence),
    I10: await unevenWorkflows(evidence),
  }
  const names = Object.keys(broken).toSorted((one, other) => Number(one.slice(1)) - Number(other.slice(1)))
  return {
    submitted: submissions.length,
    effects: effects.length,
    lost: lost.length,
    doubled: doubled.length,
    unknown: {
      resolved: submissions.filter((row) => row.lookups > 0 && row.state !== 'UNKNOWN').length,
      worklist: submissions.filter((row) => row.state === 'UNKNOWN').length,
    },
    centsDifference: await centsDifference(owner, entries),
    invariants: Object.fromEntries(names.map((name) => [name, broken[name]?.length === 0])),
    findings: names.flatMap((name) => (broken[name] ?? []).slice(0, 5).map((words) => `${name}: ${words}`)),
  }
}

/** How many copies of each submission the providers have or were offered, by its number. */
function copiesOf(effects: Effect[], seconds: string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const number of [...effects.map((effect) => effect.submissionNumber), ...seconds])
    counts.set(number, (counts.get(number) ?? 0) + 1)
  return counts
}

function sentSubmissions(owner: Kysely<Database>) {
  return owner
    .selectFrom('submissions as s')
    .innerJoin('interchanges as i', (join) =>
      join.onRef('i.organisation_id', '=', 's.organisation_id').onRef('i.id', '=', 's.interchange_id'),
    )
    .select(['s.submission_number', 's.claim_id', 'i.state', 'i.attempt', 'i.lookups'])
    .execute()
}

function secondCopies({ ledgers }: RunEvidence): string[] {
  const entries = ledgers.filter(({ keyed }) => !keyed).flatMap(({ file }) => readEffects(file))
  return entries.flatMap((entry) => (entry.kind === 'duplicate' ? [entry.submissionNumber] : []))
}

async function brokenRows(owner: Kysely<Database>): Promise<Record<string, string[]>> {
  const broken: Record<string, string[]> = {}
  for (const [name, query] of Object.entries(INVARIANT_QUERIES)) {
    const { rows } = await query.execute(owner)
    broken[name] = rows.map((row) => row.words)
  }
  return broken
}

/** From this many levels on a person was told (domain/claims/escalation.ts). */
const OVERDUE_LEVELS = LEVELS.indexOf('billing') + 1

/** A promised claim is closed, or its workflow lives, or a person has it on the worklist. */
async function brokenPromises({ owner, promised, running }: RunEvidence): Promise<string[]> {
  const rows = await owner
    .selectFrom('claims')
    .select(['id', 'status', 'closed_because', 'attention', 'deadline_level'])
    .execute()
  const byId = new Map(rows.map((row) => [row.id, row]))
  return promised.flatMap((claimId) => {
    const claim = byId.get(claimId)
    if (!claim) return [`claim ${claimId} was promised and does not exist`]
    if (claim.status === 'DRAFT') return [`claim ${claimId} was promised and is still a draft`]
    if (claim.closed_because === null && claim.deadline_level >= OVERDUE_LEVELS && !claim.attention)
      return [`claim ${claimId} is overdue and on nobody's worklist`]
    return claim.closed_because !== null || claim.attention || running.has(claimId)
      ? []
      : [`claim ${claimId} is ${claim.status} and nobody waits for it`]
  })
}

/** Open claims and running workflows that have no counterpart (I10). */
export async function unevenWorkflows({ owner, running }: Pick<RunEvidence, 'owner' | 'running'>): Promise<string[]> {
  const rows = await owner
    .selectFrom('claims')
    .select('id')
    .where('status', '<>', 'DRAFT')
    .where('closed_because', 'is', null)
    .execute()
  const open = new Set(rows.map((row) => row.id))
  return [
    ...[...open].filter((id) => !running.has(id)).map((id) => `claim ${id} is open without a workflow`),
    ...[...running].filter((id) => !open.has(id)).map((id) => `workflow of claim ${id} runs and the claim is not open`),
  ]
}

async function namedPatients({ owner, mustNotNamePatients }: RunEvidence): Promise<string[]> {
  const patients = await owner.selectFrom('patients').select(['id', 'family']).execute()
  const members = await owner.selectFrom('enrolments').select(['patient_id as id', 'member_id as family']).execute()
  const files = mustNotNamePatients.map((file) => ({ file, text: readFileSync(file).toString('latin1') }))
  return [...patients, ...members].flatMap((patient) =>
    files
      .filter(({ text }) => patient.family.length >= 6 && text.includes(patient.family))
      .map(({ file }) => `patient ${patient.id} is named in ${file}`),
  )
}

/** The twins' remittances that we have a document of, against what the ledger posted. */
export async function centsDifference(owner: Kysely<Database>, entries: EffectEntry[]): Promise<number> {
  const said = entries.reduce((total, entry) => total + (entry.kind === 'said' ? (entry.paid ?? 0) : 0), 0)
  const { rows } = await sql<{
    posted: string
  }>`select coalesce(-sum(amount), 0)::text as posted from ledger_entries where account = 'remitted'`.execute(owner)
  return said - Number(rows[0]?.posted ?? 0)
}
