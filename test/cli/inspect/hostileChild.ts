import { readDocument } from '../../../cli/inspect/readDocument.ts'
import { readFile } from '../../../cli/inspect/readFile.ts'

/**
 * Reads the files of the command line, one after the other, and says of each what came of it and what it cost. The memory is an upper bound: the process's
 * highest ever less what it held before the file, so that what the compiler of the tests takes doesn't count.
 */
for (const file of process.argv.slice(2)) {
  const held = process.memoryUsage().rss / 1024 / 1024
  const before = process.cpuUsage()
  const read = await readFile(file)
  const reading = read.ok ? await readDocument(read.bytes) : { readable: false as const, because: read.because }
  const used = process.cpuUsage(before)
  const because = reading.readable
    ? `read, with ${reading.transactions.flatMap(({ report }) => report.problems).length} problems`
    : reading.because
  process.stdout.write(
    `${JSON.stringify({ because, cpuMs: Math.round((used.user + used.system) / 1000), mb: Math.round(process.resourceUsage().maxRSS / 1024 - held) })}\n`,
  )
}
