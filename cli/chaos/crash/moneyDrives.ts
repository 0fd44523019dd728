import { sql } from 'kysely'
import { type Play, until } from './play.ts'

const ROWS = 10_000

/**
 * A list of 10,000 payments: nothing of it is in the ledger after the death (F8), all of it once
 * after the next reading.
 */
export async function postsLargeRemittance(play: Play): Promise<void> {
  const { clinic, owner } = play
  const connection = await owner
    .selectFrom('connections')
    .select('id')
    .where('provider_id', '=', 'laguna-care')
    .where('mode', '=', 'production')
    .executeTakeFirstOrThrow()
  const guide = clinic.guide('laguna-care')
  const check = `CK-${ROWS}`
  play.arm()
  await guide.api.upload(
    `/v1/connections/${connection.id}/documents`,
    'text/csv',
    new TextEncoder().encode(listOfPayments(check, guide.today())),
  )
  await play.died(async () => {
    // Counted before the try, and forgotten with its commit.
    if ((await triesOf(owner, connection.id)) !== 1) throw new Error('the worker did not die while it read the list')
    const entries = await entriesOf(owner, check)
    if (entries.length > 0) throw new Error(`${entries.length} ledger entries of a posting that was not committed`)
  })
  await until('the list to be posted', async () => (await entriesOf(owner, check)).length > 0)
  const remitted = (await entriesOf(owner, check)).filter(({ account }) => account === 'remitted')
  const sum = remitted.reduce((total, { amount }) => total - Number(amount), 0)
  if (sum !== ROWS * 100) throw new Error(`${sum} is posted of ${ROWS * 100}`)
  // Nobody's money: it would lie in suspense for the rest of the run.
  const { id } = await owner
    .selectFrom('remittances')
    .select('id')
    .where('trace_number', '=', check)
    .executeTakeFirstOrThrow()
  await guide.api.post(`/v1/remittances/${id}/void`, { reason: 'a list of claims that are nobody’s' })
}

async function triesOf(owner: Play['owner'], connectionId: string): Promise<number> {
  const { attempts } = await owner
    .selectFrom('documents')
    .select('attempts')
    .where('connection_id', '=', connectionId)
    .where('direction', '=', 'in')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  return attempts
}

async function entriesOf(owner: Play['owner'], check: string) {
  const { rows } = await sql<{ account: string; amount: string }>`
    select e.account, e.amount::text from ledger_entries e join remittances r on r.id = e.remittance_id
    where r.trace_number = ${check}`.execute(owner)
  return rows
}

/** Of claims that are nobody's: one peso each. */
function listOfPayments(check: string, day: string): string {
  const titles =
    'Your reference,Claim number,Line,Procedure,Claimed,Paid,Plan discount,Member share,Not covered,Remarks,Check number,Check date'
  const rows = Array.from({ length: ROWS }, (_, index) => {
    const number = `ZZZZZZZZZZZ${String(index).padStart(5, '0')}`
    return `${number},LC-X${index},1,D0120,1.00,1.00,,,,,${check},${day}`
  })
  const total = `Total,,,,${ROWS}.00,${ROWS}.00,,,,,${check},${day}`
  return [titles, ...rows, total, ''].join('\n')
}
