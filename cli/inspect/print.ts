import { adjustmentWords, providerAdjustmentWords } from './adjustmentWords.ts'
import { type ClaimReport, kindOf, type OtherPayerReport, type Reading, type ReadTransaction } from './report.ts'

type Readable = Extract<Reading, { readable: true }>

/**
 * A file's report for a person: what it is, from whom, each claim with its amounts, and what is
 * wrong where.
 */
export function printReport(file: string, { mediaType, transactions }: Readable): string {
  const kind = kindOf(transactions.map(({ report }) => report))
  const lines = [`${file}: ${kind} (${mediaType})`, ...transactions.flatMap(printTransaction)]
  return `${lines.map(printable).join('\n')}\n\n`
}

function printTransaction({ report, title, notes, currency }: ReadTransaction): string[] {
  const number = report.controlNumber === null ? '' : ` ${report.controlNumber}`
  const total = report.total === null ? '' : `, ${report.total} ${currency}`
  return [
    '',
    `  ${title}${number}${total}${balanceWords(report.balanced)}`,
    ...table(
      notes.filter(([, text]) => text !== ''),
      '    ',
      [],
    ),
    ...printClaims(report.claims),
    ...printProviderAdjustments(report.providerAdjustments),
    ...printProblems(report.problems),
  ]
}

function balanceWords(balanced: boolean | null): string {
  return balanced === null ? '' : balanced ? ', balanced' : ', DOES NOT BALANCE'
}

const CLAIM_HEADINGS = ['claim', 'reference', 'status', 'charged', 'paid', 'patient', 'lines']

function printClaims(claims: ClaimReport[]): string[] {
  if (claims.length === 0) return []
  const rows = claims.map((claim) => [
    claim.claimId ?? '-',
    claim.reference ?? '-',
    claim.status ?? '-',
    claim.charged ?? '-',
    claim.paid ?? '-',
    claim.patientResponsibility ?? '-',
    String(claim.lines),
  ])
  const [heading = '', ...printed] = table([CLAIM_HEADINGS, ...rows], '    ', [3, 4, 5, 6])
  return [
    '',
    heading,
    ...printed.flatMap((line, index) => [
      line,
      ...printAdjustments(claims[index]?.adjustments ?? []),
      ...(claims[index]?.otherPayers ?? []).flatMap(printOtherPayer),
    ]),
  ]
}

function printOtherPayer({ order, payer, reference, paid, lines }: OtherPayerReport): string[] {
  const number = reference === null ? '' : `, its claim ${reference}`
  const rows = lines.map((line) => [
    `line ${line.line}`,
    line.paid ?? '-',
    line.adjustments.map(({ group, reason, amount }) => `${group}-${reason} ${amount ?? '-'}`).join(', '),
  ])
  return [
    `        ${order ?? 'another'} payer ${payer ?? '-'} paid ${paid ?? '-'}${number}`,
    ...table(rows, '          ', [1]),
  ]
}

function printAdjustments(adjustments: ClaimReport['adjustments']): string[] {
  const rows = adjustments.map(({ group, reason, amount }) => [
    [group, reason].filter((part) => part !== '').join('-'),
    amount ?? '-',
    adjustmentWords(group, reason),
  ])
  return table(rows, '        ', [1])
}

function printProviderAdjustments(adjustments: ReadTransaction['report']['providerAdjustments']): string[] {
  if (adjustments.length === 0) return []
  const rows = adjustments.map(({ reason, reference, amount }) => [
    reason,
    amount ?? '-',
    reference ?? '-',
    providerAdjustmentWords(reason),
  ])
  return ['', '    adjustments of the payment (positive takes away)', ...table(rows, '        ', [1])]
}

function printProblems(problems: ReadTransaction['report']['problems']): string[] {
  if (problems.length === 0) return []
  const rows = problems.map(({ code, where, message }) => [code, where, message])
  return [
    '',
    `    ${problems.length === 1 ? 'one problem' : `${problems.length} problems`}`,
    ...table(rows, '        ', []),
  ]
}

/** Columns as wide as their widest cell; `right` are the places of those that hold amounts. */
function table(rows: readonly (readonly string[])[], indent: string, right: readonly number[]): string[] {
  const widths: number[] = []
  for (const row of rows)
    for (const [place, cell] of row.entries()) widths[place] = Math.max(widths[place] ?? 0, cell.length)
  return rows.map((row) => {
    const cells = row.map((cell, place) =>
      right.includes(place) ? cell.padStart(widths[place] ?? 0) : cell.padEnd(widths[place] ?? 0),
    )
    return `${indent}${cells.join('  ')}`.trimEnd()
  })
}

/** Control characters go, because a terminal would obey them. */
function printable(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}]/gu, '\u{fffd}')
}
