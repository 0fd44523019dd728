import { isStatusCategory } from '../../../adapters/formats/x12/codeLists.ts'
import { fromX12Date } from '../../../adapters/formats/x12/dates.ts'
import { at, type X12Transaction } from '../../../adapters/formats/x12/interchange.ts'
import { readStatus, type StatusEntry } from '../../../adapters/formats/x12/readStatus.ts'
import { type LenientAmounts, lenientAmounts } from '../amounts.ts'
import { type ClaimReport, emptyTransaction, type ReadTransaction } from '../report.ts'
import { weightiestWord } from '../statusWords.ts'
import { claimPlace, placeIn } from './place.ts'

/**
 * Reads a 277 (acknowledgement X214, answer X212, request for papers X213) or a 276: where each
 * claim stands.
 */
export function readStatuses(transaction: X12Transaction, bySender: string): ReadTransaction {
  const { controlNumber } = transaction
  const asks = transaction.kind === '276'
  const acknowledges = !asks && isAcknowledgement(transaction)
  const report = emptyTransaction(acknowledges ? 'acknowledgement' : 'status', controlNumber)
  const read = readStatus(transaction)
  report.problems.push(
    ...read.problems
      .filter(({ message }) => !asks || message !== 'no STC')
      .map((problem) => ({ ...problem, where: placeIn(controlNumber, problem.where) })),
  )
  const amounts = lenientAmounts('USD', report.problems)
  for (const entry of read.batches) checkEntry(entry, entry.level)
  for (const entry of read.claims) report.claims.push(claimOf(entry, report.claims.length + 1))
  if (read.claims.length === 0 && read.batches.length === 0)
    report.problems.push({
      code: 'missing',
      where: placeIn(controlNumber),
      message: 'it speaks of no claim and no batch',
    })
  const notes: ReadTransaction['notes'] = [
    ['sender', bySender],
    ['about file', read.reference],
    ['made on', fromX12Date(read.madeOn) ?? read.madeOn],
    ...read.batches
      .filter(({ statuses }) => statuses.length > 0)
      .map((batch): [string, string] => [`whole ${batch.level}`, said(batch)]),
  ]
  return { report, title: titleOf(asks, acknowledges), notes, currency: 'USD' }

  function claimOf(entry: StatusEntry, position: number): ClaimReport {
    const place = claimPlace('claim', position, ownNumber(entry))
    checkEntry(entry, place)
    const [first] = entry.statuses
    return {
      claimId: ownNumber(entry) || null,
      reference: referenced(entry, '1K') ?? null,
      status: asks ? 'asked' : weightiestWord(statusesOf(entry).map(({ category }) => category.toUpperCase())),
      charged: statedAmount(amounts, first?.charged, placeIn(controlNumber, place, 'STC04')),
      paid: statedAmount(amounts, first?.paid, placeIn(controlNumber, place, 'STC05')),
      patientResponsibility: null,
      lines: entry.lines,
      adjustments: [],
    }
  }

  function checkEntry(entry: StatusEntry, place: string): void {
    for (const { category, date } of [...entry.statuses, ...entry.lineStatuses]) {
      const where = placeIn(controlNumber, place, 'STC')
      if (!isStatusCategory(category.toUpperCase()))
        report.problems.push({ code: 'unknown-code', where, message: `status category ${category} is not in the list` })
      if (date !== '' && fromX12Date(date) === null)
        report.problems.push({ code: 'malformed', where, message: 'STC02 is no day of the calendar' })
    }
  }
}

/** ST03 says it, or BHT: 0085 acknowledges, 0010 answers. */
function isAcknowledgement({ guide, segments }: X12Transaction): boolean {
  if (guide !== '') return guide.includes('X214')
  const bht = segments.find(({ elements }) => elements[0] === 'BHT')
  return at(bht, 1) === '0085' || at(bht, 6) === 'TH'
}

function titleOf(asks: boolean, acknowledges: boolean): string {
  return asks ? '276 inquiry' : acknowledges ? '277CA acknowledgement of claims' : '277 claim status'
}

/** EJ is our own number where the trace is another one. */
function ownNumber(entry: StatusEntry): string {
  return referenced(entry, 'EJ') ?? entry.trace
}

function statusesOf(entry: StatusEntry) {
  return entry.statuses.length > 0 ? entry.statuses : entry.lineStatuses
}

function said({ statuses }: StatusEntry): string {
  return statuses.map(({ category, code, text }) => `${category}:${code} ${text}`.trim()).join(', ')
}

function referenced({ references }: StatusEntry, qualifier: string): string | undefined {
  return references.find((reference) => reference.qualifier === qualifier && reference.value !== '')?.value
}

function statedAmount(amounts: LenientAmounts, text: string | undefined, where: string): string | null {
  return text === undefined ? null : amounts.write(amounts.read(text, where, false))
}
