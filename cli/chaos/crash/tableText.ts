import type { CellResult, CrashReport } from './crashRun.ts'

const TITLES = ['place', 'under way', 'hit', 'lost', 'doubled', 'cents', 'asked', 's', ''] as const

/** The matrix for a terminal, with what was found in it. */
export function tableText({ table, findings, cells, hit, green, lost, doubled, centsDifference }: CrashReport): string {
  const rows = [TITLES, ...table.map(cellsOf)]
  const widths = TITLES.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  const sums = `${cells} cells, ${hit} hit, ${green} green; lost ${lost}, doubled ${doubled}, centsDifference ${centsDifference}`
  return [...lines, ...findings.map((words) => `  ${words}`), sums].join('\n')
}

function cellsOf(row: CellResult): string[] {
  const counts = [row.hits, row.lost, row.doubled, row.centsDifference, row.asked, row.seconds].map(String)
  return [row.point, row.by, ...counts, row.green ? 'green' : `RED ${row.because ?? ''}`.trim()]
}
