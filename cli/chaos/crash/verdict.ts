import { existsSync } from 'node:fs'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../../../db/schema/database.ts'
import { isRealTransmission } from '../../../domain/delivery/interchangeState.ts'
import { readEffects } from '../../../sandbox/effectLedger.ts'

/** What became of the claims that were under way when a process died. */
export interface CellVerdict {
  claims: number
  lost: number
  doubled: number
  /** What the HMOs paid for these claims less what is posted for them, each claim by itself. */
  centsDifference: number
  /** Open items that ask a person what became of a sending. */
  asked: number
}

/** Compares the claims, each by itself, with what the HMOs' own ledgers have of them. */
export async function verdictOn(
  owner: Kysely<Database>,
  ledgers: readonly string[],
  claimIds: readonly string[],
): Promise<CellVerdict> {
  const none = { claims: 0, lost: 0, doubled: 0, centsDifference: 0, asked: 0 }
  if (claimIds.length === 0) return none
  const entries = ledgers.filter((file) => existsSync(file)).flatMap((file) => readEffects(file))
  const submissions = await owner
    .selectFrom('submissions as s')
    .innerJoin('interchanges as i', 'i.id', 's.interchange_id')
    .select(['s.claim_id', 's.submission_number', 'i.state', 'i.attempt'])
    .where('s.claim_id', 'in', [...claimIds])
    .execute()
  const effects = (number: string) =>
    entries.filter((entry) => entry.kind === 'effect' && entry.submissionNumber === number).length
  const { rows: posted } = await sql<{ claim_id: string; amount: string }>`
    select claim_id, sum(amount)::text as amount from ledger_entries
    where account = 'allocated' and claim_id = any(${[...claimIds]}) group by claim_id`.execute(owner)
  const cents = claimIds.map((claimId) => {
    const numbers = submissions.filter((row) => row.claim_id === claimId).map((row) => row.submission_number)
    const said = entries.reduce(
      (sum, entry) => sum + (entry.kind === 'said' && numbers.includes(entry.about) ? (entry.paid ?? 0) : 0),
      0,
    )
    return Math.abs(said - Math.abs(Number(posted.find((row) => row.claim_id === claimId)?.amount ?? 0)))
  })
  const asked = await owner
    .selectFrom('attention_items')
    .select('id')
    .where('claim_id', 'in', [...claimIds])
    .where('kind', 'in', ['delivery-unknown', 'delivery-held', 'address-changed'])
    .where('closed_at', 'is', null)
    .execute()
  return {
    claims: claimIds.length,
    lost: submissions.filter((row) => isRealTransmission(row) && effects(row.submission_number) === 0).length,
    doubled: submissions.filter((row) => effects(row.submission_number) > 1).length,
    centsDifference: cents.reduce((sum, each) => sum + each, 0),
    asked: asked.length,
  }
}
