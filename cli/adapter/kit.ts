import path from 'node:path'
import type { ProviderAdapter } from '../../adapters/contract.ts'
import { type Result, runChecks } from './conformance/check.ts'
import { chaptersFor } from './conformance/checks.ts'
import { subjectFrom } from './conformance/subject.ts'

export type { Outcome, Result } from './conformance/check.ts'

/**
 * Holds an adapter, wherever its code lies, to every rule of the conformance kit over the real
 * protocol of its transport. `folder` is the adapter's own, named by its id, with `NOTES.md` and
 * `fixtures/`. An adapter keeps the rules when no result is `failed`.
 */
export async function checkAdapter(adapter: ProviderAdapter, folder: string): Promise<Result[]> {
  const subject = subjectFrom(adapter, path.basename(folder), folder)
  return runChecks(
    subject,
    chaptersFor(subject).flatMap(({ checks }) => checks),
  )
}
