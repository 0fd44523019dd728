import { parseMinor } from '../../../domain/amounts.ts'
import type { Reference, Said } from '../../../domain/claim.ts'
import type { ProviderFact } from '../../../domain/claims/claimEvents.ts'
import type { Marks } from '../../../domain/inbox/marks.ts'
import { type Context, type Notice, unreadable } from '../../contract.ts'
import { fromX12Date, instantOf } from '../../formats/x12/dates.ts'
import type { X12Transaction } from '../../formats/x12/interchange.ts'
import { patientIn } from '../../formats/x12/personMarks.ts'
import { readStatus, type Status, type StatusEntry, type StatusReport } from '../../formats/x12/readStatus.ts'
import { type CategoryMeaning, meaningOf } from './codes.ts'
import { decodeBatchStatus } from './decodeBatchStatus.ts'
import type { SummitSettings } from './settings.ts'
import { unreadableBy } from './unreadableBy.ts'

/**
 * 277CA (X214) and 277 (X212): where each claim stands. Several come for one claim; the domain
 * keeps them in order.
 */
export function decode277(transaction: X12Transaction, ctx: Context<SummitSettings>, remarks: Said[]): Notice[] {
  const acknowledges = transaction.guide.startsWith('005010X214')
  if (!acknowledges && !transaction.guide.startsWith('005010X212')) {
    return [unreadable(`ST ${transaction.controlNumber}: a 277 of an unknown guide`)]
  }
  const report = readStatus(transaction)
  const source: Said[] = report.source === '' ? [] : [{ list: '277 source', code: report.source }]
  return [
    ...report.problems.map(unreadableBy),
    ...decodeBatchStatus(report, acknowledges, [...source, ...remarks]),
    ...report.claims.flatMap((claim) => aboutClaim(claim, report, ctx, [...source, ...remarks])),
  ]
}

function aboutClaim(claim: StatusEntry, report: StatusReport, ctx: Context<SummitSettings>, remarks: Said[]): Notice[] {
  const all = [...claim.statuses, ...claim.lineStatuses]
  const own = referenced(claim, 'EJ') ?? claim.trace
  const [first] = all
  if (first === undefined || own === '') return []
  const at = statedAt(first, report, ctx)
  const references = referencesOf(claim)
  return [
    {
      kind: 'claim',
      match: { submissionNumber: own.toUpperCase(), references, marks: marksOf(claim, ctx.currency) },
      fact: factOf(claim.statuses.length > 0 ? claim.statuses : claim.lineStatuses, report.source),
      ...(at === null ? {} : { at }),
      said: [...saidOf(claim.statuses, '277'), ...saidOf(claim.lineStatuses, '277 line'), ...remarks],
      references,
    },
  ]
}

/** What the report says of patient, days and charges; STC04 is the charge of the claim. */
function marksOf({ people, day, services, statuses }: StatusEntry, currency: string): Marks {
  const range = daysIn(day)
  const charged = statuses.flatMap((status) => parseMinor(status.charged, currency) || []).at(0)
  return {
    ...patientIn(people),
    ...(range === null ? {} : { days: range }),
    ...(charged === undefined ? {} : { charged }),
    ...(services.length === 0
      ? {}
      : {
          lines: services.map((line) => ({
            controlNumber: line.controlNumber || null,
            code: line.code || null,
            charged: parseMinor(line.charged, currency),
            day: daysIn(line.day)?.from ?? null,
          })),
        }),
  }
}

/** DTP03: one day, or two with a hyphen between. */
function daysIn(text: string): { from: string; to: string } | null {
  const [first = '', last = first] = text.split('-')
  const [from, to] = [fromX12Date(first), fromX12Date(last)]
  return from === null || to === null ? null : { from, to }
}

/**
 * The weightiest of several statuses of one claim; one unknown category makes the whole `other`.
 */
function factOf(statuses: Status[], source: string): ProviderFact {
  const meanings = statuses.map((status) => meaningOf(status.category))
  if (meanings.includes(null)) return { type: 'other' }
  if (statuses.every(isDuplicate)) return { type: 'duplicate_denial' }
  const meaning = WEIGHT.find((each) => meanings.includes(each))
  switch (meaning) {
    case 'received':
      // An intermediary that accepts a claim is not the HMO: it passes it on.
      return source === 'AY' ? { type: 'forwarded' } : { type: 'received' }
    case 'decided_by_payment':
      return { type: 'in_review' }
    case 'denied':
      return { type: 'decided', outcome: 'denied', lines: [] }
    case 'documents_requested': {
      const codes = statuses
        .filter((status) => meaningOf(status.category) === 'documents_requested')
        .map((status) => status.code)
      return {
        type: 'documents_requested',
        documents: [...new Set(codes)].map((code) => `what status code ${code} asks for`),
      }
    }
    case 'forwarded':
    case 'rejected_front_end':
    case 'not_found':
    case 'in_review':
    case 'inquiry_failed':
      return { type: meaning }
    case undefined:
      return { type: 'other' }
  }
}

/**
 * Refused as a second copy of a claim that was decided, or awaits its decision (source: X12
 * external code source 508, 54 and 78).
 */
function isDuplicate({ category, code }: Status): boolean {
  const meaning = meaningOf(category)
  return (meaning === 'denied' || meaning === 'rejected_front_end') && (code === '54' || code === '78')
}

const WEIGHT: readonly CategoryMeaning[] = [
  'rejected_front_end',
  'denied',
  'documents_requested',
  'decided_by_payment',
  'in_review',
  'received',
  'forwarded',
  'not_found',
  'inquiry_failed',
]

/** Their codes, as they stood. */
export function saidOf(statuses: Status[], list: string): Said[] {
  return statuses.flatMap(({ category, code, entity, text }) => [
    { list: `${list} category`, code: category },
    ...(code === '' ? [] : [{ list: `${list} status`, code, ...(text === '' ? {} : { text }) }]),
    ...(entity === '' ? [] : [{ list: `${list} entity`, code: entity }]),
  ])
}

function referencesOf(claim: StatusEntry): Reference[] {
  const number = referenced(claim, '1K')
  const trace = referenced(claim, 'D9')
  return [
    ...(number === undefined ? [] : [{ type: 'claim-number' as const, value: number }]),
    ...(trace === undefined ? [] : [{ type: 'clearinghouse-trace' as const, value: trace }]),
  ]
}

function referenced({ references }: StatusEntry, qualifier: string): string | undefined {
  return references.find((reference) => reference.qualifier === qualifier && reference.value !== '')?.value
}

/**
 * The status's day, with the report's time of day when it is the same day; never later than now,
 * whatever their clock says.
 */
function statedAt(status: Status, report: StatusReport, ctx: Context<SummitSettings>): string | null {
  const date = status.date || report.madeOn
  const at = instantOf(date, date === report.madeOn ? report.madeAt : '', ctx.zone)
  if (at === null) return null
  const fromTheFuture = at > ctx.now
  return fromTheFuture ? ctx.now : at
}
