import { cellsOf, crashRun } from './crashRun.ts'
import { tableText } from './tableText.ts'

/**
 * `claimhub chaos --crash-points`: every cell of the matrix, or those whose place or drive has the
 * text. Prints the table, and with `--json` one object last. Exits 1 unless every cell is green.
 */
export async function crashPoints(options: {
  crashPoints: string | true
  times: string
  json?: boolean
}): Promise<void> {
  const chosen = cellsOf(options.crashPoints)
  if (chosen.length === 0) throw new Error(`no crash point and no drive has ${String(options.crashPoints)} in its name`)
  const cells = Array.from({ length: Number(options.times) }, () => chosen).flat()
  const report = await crashRun(cells, (words) => process.stderr.write(`${words}\n`))
  process.stdout.write(`${tableText(report)}\n`)
  if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`)
  if (!report.ok) process.exitCode = 1
}
