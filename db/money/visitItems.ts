import { moneyInWords } from '../../domain/amounts.ts'
import type { Entry } from '../../domain/money/ledger.ts'
import type { Cause, Item } from '../../domain/worklist/itemContents.ts'
import type { Tx } from '../connect.ts'
import { closeItem, raiseItem, raiseItems } from '../worklist/worklistItems.ts'
import { type BalanceOfVisit, visitBalances } from './readVisitBalance.ts'

interface On {
  organisationId: string
  now: Date
}

/**
 * After visits were synced: one that was cancelled although money of a provider stands on it needs
 * a person, and so no longer does one that is not cancelled, or a patient who has got the money
 * back.
 */
export async function watchSyncedVisits(tx: Tx, on: On, visitIds: string[]): Promise<void> {
  if (visitIds.length === 0) return
  const { organisationId } = on
  const visits = await tx
    .selectFrom('visits')
    .select(['id', 'status', 'visited_on'])
    .where('organisation_id', '=', organisationId)
    .where('id', 'in', visitIds)
    .execute()
  const cancelled = visits.filter(({ status }) => status === 'cancelled')
  const raised = await openVisits(tx, organisationId, visitIds)
  const looked = new Set([...cancelled.map(({ id }) => id), ...raised])
  const balances = await visitBalances(tx, organisationId, [...looked])
  for (const balance of balances) {
    const visit = visits.find(({ id }) => id === balance.visitId)
    const isCancelled = visit?.status === 'cancelled'
    if (visit !== undefined && isCancelled && balance.paid !== 0)
      await raiseCancelled(tx, on, balance, visit.visited_on)
    else await closeOf(tx, on, { kind: 'visit-cancelled', ids: { visitId: balance.visitId } }, 'the visit stands')
    const refund: Cause = { kind: 'patient-refund', ids: { visitId: balance.visitId } }
    if (tooMuchOf(balance) === 0) await closeOf(tx, on, refund, 'the patient has paid no more than is owed')
  }
}

/**
 * A bill to the patient was taken back by what the provider paid after all: where the patient has
 * paid it already, somebody must give it back.
 */
export async function raisePatientRefunds(tx: Tx, on: On, settlement: Entry[]): Promise<void> {
  const back = settlement.filter(({ account, amount }) => account === 'patient' && amount < 0)
  const claimIds = [...new Set(back.flatMap(({ claimId }) => claimId ?? []))]
  if (claimIds.length === 0) return
  const { organisationId, now } = on
  const lines = await tx
    .selectFrom('claim_lines as l')
    .innerJoin('visits as v', (join) =>
      join.onRef('v.organisation_id', '=', 'l.organisation_id').onRef('v.id', '=', 'l.visit_id'),
    )
    .select(['v.id', 'v.visited_on'])
    .distinct()
    .where('l.organisation_id', '=', organisationId)
    .where('l.claim_id', 'in', claimIds)
    .execute()
  const days = new Map(lines.map(({ id, visited_on }) => [id, visited_on]))
  const balances = await visitBalances(tx, organisationId, [...days.keys()])
  const items = balances.flatMap((balance): Item[] => {
    const { visitId, currency } = balance
    const tooMuch = tooMuchOf(balance)
    const words = { visitOn: days.get(visitId) ?? '', money: moneyInWords(tooMuch, currency) }
    return tooMuch === 0 ? [] : [{ kind: 'patient-refund', ids: { visitId }, words }]
  })
  await raiseItems(tx, { organisationId, now }, items)
}

/** What the patient has paid beyond the own share and what was never claimed. */
function tooMuchOf({ receipts, unclaimed, patientShare }: BalanceOfVisit): number {
  return Math.max(0, receipts - unclaimed - patientShare)
}

async function raiseCancelled(tx: Tx, on: On, { visitId, paid, currency }: BalanceOfVisit, visitOn: string) {
  const words = { visitOn, money: moneyInWords(paid, currency) }
  await raiseItem(tx, on, { kind: 'visit-cancelled', ids: { visitId }, words })
}

async function closeOf(tx: Tx, { organisationId, now }: On, cause: Cause, because: string): Promise<void> {
  await closeItem(tx, { organisationId, by: 'hub', because, now }, cause)
}

/** Those with an open item, which a sync may have answered. */
async function openVisits(tx: Tx, organisationId: string, visitIds: string[]): Promise<string[]> {
  const rows = await tx
    .selectFrom('attention_items')
    .select('visit_id')
    .distinct()
    .where('organisation_id', '=', organisationId)
    .where('visit_id', 'in', visitIds)
    .where('kind', 'in', ['visit-cancelled', 'patient-refund'])
    .where('closed_at', 'is', null)
    .execute()
  return rows.flatMap(({ visit_id }) => visit_id ?? [])
}
