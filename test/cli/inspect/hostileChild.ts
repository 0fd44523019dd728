import { readDocument } from '../../../cli/inspect/readDocument.ts'
import { readFile } from '../../../cli/inspect/readFile.ts'
import { costOf } from '../../support/cost.ts'

/**
 * Reads the files of the command line, one after the other, and says of each what came of it and
 * what it cost. The memory is an upper bound: the process's highest ever less what it held before
 * the file, so that what the compiler of the tests takes doesn't count.
 */
const files = process.argv.slice(2)
// What the yardstick takes, and the readers to be loaded, doesn't count.
await costOf(() => becauseOf(files[0] ?? ''))
for (const file of files) {
  const held = process.memoryUsage().rss / 1024 / 1024
  let because = ''
  const cost = await costOf(async () => {
    because = await becauseOf(file)
  })
  const mb = Math.round(process.resourceUsage().maxRSS / 1024 - held)
  process.stdout.write(`${JSON.stringify({ because, cost, mb })}\n`)
}

async function becauseOf(file: string): Promise<string> {
  const read = await readFile(file)
  if (!read.ok) return read.because
  const reading = await readDocument(read.bytes)
  return reading.readable
    ? `read, with ${reading.transactions.flatMap(({ report }) => report.problems).length} problems`
    : reading.because
}
