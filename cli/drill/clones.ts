import { type Kysely, sql } from 'kysely'
import type { Database } from '../../db/schema/database.ts'

/**
 * Makes a claim that waits for its HMO into so many: rows only, each with a deadline of its own in
 * the next ten days of business time. What is measured with them is how claims get their workflows
 * again. Answers how many were made.
 */
export async function cloneClaim(owner: Kysely<Database>, claimId: string, count: number, now: Date): Promise<number> {
  const { rows: columns } = await sql<{ name: string }>`
    select column_name as name from information_schema.columns where table_schema = 'public' and table_name = 'claims'
      and is_generated = 'NEVER'`.execute(owner)
  const changed: Record<string, string> = {
    id: 'gen_random_uuid()',
    claim_number: `'CLONE-' || n`,
    status: `'RECEIVED'`,
    delivery: `'SENT'`,
    deadline_kind: `'decision'`,
    deadline_level: '0',
    deadline_starts_at: `'${now.toISOString()}'::timestamptz`,
    deadline_due_at: `'${now.toISOString()}'::timestamptz + make_interval(days => 1 + n % 60)`,
    lineage_id: 'gen_random_uuid()',
    state: `state || '{"delivery":"SENT","status":"RECEIVED"}'::jsonb || jsonb_build_object('receivedAt', '${now.toISOString()}', 'sentAt', '${now.toISOString()}')`,
  }
  const names = columns.map(({ name }) => `"${name}"`).join(', ')
  const values = columns.map(({ name }) => changed[name] ?? `"${name}"`).join(', ')
  const { numAffectedRows } = await sql`
    insert into claims (${sql.raw(names)}) select ${sql.raw(values)} from claims, generate_series(1, ${count}::integer) as n
    where id = ${claimId}`.execute(owner)
  return Number(numAffectedRows ?? 0)
}

export async function removeClones(owner: Kysely<Database>): Promise<void> {
  await owner.deleteFrom('claims').where('claim_number', 'like', 'CLONE-%').execute()
}
