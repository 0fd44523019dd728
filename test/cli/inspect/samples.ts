import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { reportOf } from '../../../cli/inspect/inspect.ts'
import { readDocument } from '../../../cli/inspect/readDocument.ts'
import type { FileReport } from '../../../cli/inspect/report.ts'

export const FIXTURES = path.join(import.meta.dirname, '../../fixtures')

/**
 * Every sample document, by its path below test/fixtures; those of the field have tests of their
 * own, because some of them are not readable.
 */
export function allSamples(): string[] {
  return readdirSync(FIXTURES, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(FIXTURES, path.join(entry.parentPath, entry.name)))
    .filter((name) => path.dirname(name) !== 'field')
    .sort()
}

export function bytesOf(sample: string): Uint8Array {
  return new Uint8Array(readFileSync(path.join(FIXTURES, sample)))
}

export async function inspected(bytes: Uint8Array | string, file = 'document'): Promise<FileReport> {
  return reportOf(file, await readDocument(typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes))
}

/** Every problem of a file, as `code at where`. */
export function problemsOf(report: FileReport): string[] {
  return report.transactions.flatMap(({ problems }) => problems.map(({ code, where }) => `${code} at ${where}`))
}
