import { printReport } from './print.ts'
import { readDocument } from './readDocument.ts'
import { readFile } from './readFile.ts'
import { emptyTransaction, type FileReport, kindOf, type Reading } from './report.ts'

/**
 * `claimhub inspect`: what each file is and says. Every file is looked at, whatever the others are;
 * exit code 2 when one could not be read. Problems of a readable file are part of the answer and no
 * failure.
 */
export async function inspect(files: string[], options: { json?: boolean }): Promise<void> {
  for (const file of files) {
    const reading = await read(file)
    if (!reading.readable) {
      process.stderr.write(`claimhub inspect: ${file}: ${reading.because}\n`)
      process.exitCode = 2
    }
    if (options.json) process.stdout.write(`${JSON.stringify(reportOf(file, reading))}\n`)
    else if (reading.readable) process.stdout.write(printReport(file, reading))
  }
}

async function read(file: string): Promise<Reading> {
  const { ok, ...found } = await readFile(file)
  if (ok && 'bytes' in found) return await readDocument(found.bytes)
  return { readable: false, mediaType: 'application/octet-stream', because: 'because' in found ? found.because : '' }
}

/**
 * The file as one object of `--json`. An unreadable one says why in the problem of an empty
 * transaction.
 */
export function reportOf(file: string, reading: Reading): FileReport {
  const { mediaType } = reading
  if (!reading.readable) {
    const transaction = emptyTransaction(null, null)
    transaction.problems.push({ code: 'malformed', where: 'file', message: reading.because })
    return { file, mediaType, kind: null, readable: false, transactions: [transaction] }
  }
  const transactions = reading.transactions.map(({ report }) => report)
  return { file, mediaType, kind: kindOf(transactions), readable: true, transactions }
}
