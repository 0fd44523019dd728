import { readFileSync } from 'node:fs'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../../db/schema/database.ts'
import { LEVELS } from '../../domain/claims/escalation.ts'
import { isRealTransmission } from '../../domain/delivery/interchangeState.ts'
import { type EffectEntry, readEffects } from '../../sandbox/effectLedger.ts'

/** What the oracle looks at: the twins' own ledgers first, our database second, Temporal third. */
export interface Evidence {
  /**
   * Effect ledger files of the twins. `keyed`: the channel has an idempotency key, so that a repeated send under it is our right; elsewhere a second
   * copy that only the twin's own memory stopped counts as doubled.
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

export interface Verdict {
  submitted: number
  effects: number
  lost: number
  doubled: number
  unknown: { resolved: number; worklist: number }
  /** What the twins say they paid less what our ledger says they paid, minor units, all currencies added: only 0 is right. */
  centsDifference: number
  invariants: Record<string, boolean>
  /** What broke, in words, at most a few of each kind. */
  findings: string[]
}

/** Nothing lost, nothing doubled, every cent and every invariant in place, and nothing left unfinished when patience ended. */
export function isGood(verdict: Verdict, unfinished: readonly string[]): boolean {
  return (
    unfinished.length === 0 &&
    verdict.lost === 0 &&
    verdict.doubled === 0 &&
    verdict.centsDifference === 0 &&
    Object.values(verdict.invariants).every(Boolean)
  )
}

type Effect = Extract<EffectEntry, { kind: 'effect' }>

/** Checks the invariants of docs/operations.md after a run. Believes the twins more than ourselves. */
export async function judge(evidence: Evidence): Promise<Verdict> {
  const entries = evidence.ledgers.flatMap(({ file }) => readEffects(file))
  const effects = entries.filter((entry): entry is Effect => entry.kind === 'effect')
  const counts = new Map<string, number>()
  for (const effect of effects) counts.set(effect.submissionNumber, (counts.get(effect.submissionNumber) ?? 0) + 1)
  for (const copy of secondCopies(evidence)) counts.set(copy, (counts.get(copy) ?? 0) + 1)
  const { owner } = evidence
  const submissions = await owner
    .selectFrom('submissions as s')
    .innerJoin('interchanges as i', (join) =>
      join.onRef('i.organisation_id', '=', 's.organisation_id').onRef('i.id', '=', 's.interchange_id'),
    )
    .select(['s.submission_number', 's.claim_id', 'i.state', 'i.attempt', 'i.lookups'])
    .execute()
  const findings: string[] = []
  const check = (name: string, broken: string[]): [string, boolean] => {
    findings.push(...broken.slice(0, 5).map((words) => `${name}: ${words}`))
    return [name, broken.length === 0]
  }
  const known = new Set(submissions.map((row) => row.submission_number))
  const doubled = submissions.filter((row) => (counts.get(row.submission_number) ?? 0) > 1)
  const lost = submissions.filter((row) => isRealTransmission(row) && !counts.has(row.submission_number))
  const invariants = Object.fromEntries([
    check('I1', [
      ...doubled.map((row) => `${row.submission_number} has ${counts.get(row.submission_number)} effects`),
      ...lost.map((row) => `${row.submission_number} is SENT without an effect`),
    ]),
    check(
      'I2',
      effects
        .filter((effect) => !known.has(effect.submissionNumber))
        .map((effect) => `effect ${effect.submissionNumber} has no submission`),
    ),
    check('I3', await brokenPromises(evidence)),
    check(
      'I4',
      await words(
        owner,
        sql`
      select claim_id || ': ' || from_status || ' does not follow ' || previous as words from (
        select claim_id, from_status, lag(to_status) over (partition by claim_id order by feed) as previous from claim_events) path
      where previous is not null and previous <> from_status`,
      ),
    ),
    check(
      'I5',
      await words(
        owner,
        sql`
      select 'remittance ' || remittance_id || ' is off by ' || sum(amount) as words from ledger_entries
      where remittance_id is not null and account in ('remitted','allocated','suspense','provider_adjustment') group by remittance_id having sum(amount) <> 0
      union all
      select 'claim ' || claim_id || ': paid ' || sum(amount) filter (where account = 'paid') || ', allocated ' || coalesce(sum(amount) filter (where account = 'allocated'), 0)
      from ledger_entries where claim_id is not null group by claim_id
      having coalesce(sum(amount) filter (where account = 'paid'), 0) <> coalesce(sum(amount) filter (where account = 'allocated'), 0)`,
      ),
    ),
    check(
      'I6',
      await words(
        owner,
        sql`select 'document ' || id || ' is not processed' as words from documents where direction = 'in' and processed_at is null`,
      ),
    ),
    check(
      'I7',
      await words(
        owner,
        sql`
      select 'claim ' || c.id || ' is ' || c.status || ', its last event says ' || last.to_status as words from claims c
      join lateral (select to_status from claim_events e where e.organisation_id = c.organisation_id and e.claim_id = c.id order by feed desc limit 1) last on true
      where c.status <> last.to_status`,
      ),
    ),
    check('I8', await namedPatients(evidence)),
    check(
      'I9',
      await words(
        owner,
        sql`
      select 'connection ' || n.connection_id || ': ' || n.last_number || ' numbers, ' || count(i.id) || ' interchanges' as words from control_numbers n
      left join interchanges i on i.organisation_id = n.organisation_id and i.connection_id = n.connection_id
      group by n.connection_id, n.last_number having count(i.id) <> n.last_number or count(distinct i.control_number) <> n.last_number`,
      ),
    ),
    check('I10', await unevenWorkflows(evidence)),
    check(
      'I11',
      await words(
        owner,
        sql`
      select 'submission ' || s.id || ' belongs to another organisation than its claim' as words from submissions s join claims c on c.id = s.claim_id
      where c.organisation_id <> s.organisation_id`,
      ),
    ),
    check(
      'I12',
      await words(
        owner,
        sql`
      select 'interchange ' || i.id || ' is ' || i.state || ' and nobody has been told' as words from interchanges i
      where (i.state = 'SENDING' and i.lease_until < now()) or (i.state = 'UNKNOWN' and i.lookups > 3 and not exists (
        select 1 from attention_items a join submissions s on s.claim_id = a.claim_id where s.interchange_id = i.id and a.closed_at is null))`,
      ),
    ),
    check(
      'I13',
      await words(
        owner,
        sql`
      select 'interchange ' || id || ' is ' || state || ' and takes claims' as words from interchanges where joinable and state <> 'WAITING'
      union all
      select 'connection ' || connection_id || ' has ' || count(*) || ' open batches' from interchanges where joinable group by connection_id having count(*) > 1
      union all
      select 'claim ' || claim_id || ' is twice in interchange ' || interchange_id from submissions group by claim_id, interchange_id having count(*) > 1`,
      ),
    ),
  ])
  const unsettled = submissions.filter((row) => row.state === 'UNKNOWN')
  return {
    submitted: submissions.length,
    effects: effects.length,
    lost: lost.length,
    doubled: doubled.length,
    unknown: {
      resolved: submissions.filter((row) => row.lookups > 0 && row.state !== 'UNKNOWN').length,
      worklist: unsettled.length,
    },
    centsDifference: await centsDifference(owner, entries),
    invariants,
    findings,
  }
}

function secondCopies({ ledgers }: Evidence): string[] {
  const entries = ledgers.filter(({ keyed }) => !keyed).flatMap(({ file }) => readEffects(file))
  return entries.flatMap((entry) => (entry.kind === 'duplicate' ? [entry.submissionNumber] : []))
}

async function words(owner: Kysely<Database>, query: ReturnType<typeof sql>): Promise<string[]> {
  const { rows } = await (query as ReturnType<typeof sql<{ words: string }>>).execute(owner)
  return rows.map((row) => row.words)
}

/** From this many levels on a person was told (domain/claims/escalation.ts). */
const OVERDUE_LEVELS = LEVELS.indexOf('billing') + 1

/** A promised claim is closed, or its workflow lives, or a person has it on the worklist. */
async function brokenPromises({ owner, promised, running }: Evidence): Promise<string[]> {
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
export async function unevenWorkflows({ owner, running }: Pick<Evidence, 'owner' | 'running'>): Promise<string[]> {
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

async function namedPatients({ owner, mustNotNamePatients }: Evidence): Promise<string[]> {
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
