import type { Subject } from './subject.ts'

/** One named rule that every adapter is held to. */
export interface Check {
  /** kebab-case, unique; what a waiver names. */
  name: string
  /** What must hold, in one sentence. */
  rule: string
  /**
   * Why the rule has nothing to say about this adapter; null when it does. Such a check is shown,
   * and counts neither as done nor as passed.
   */
  unless?(subject: Subject): string | null
  /** Throws `Broken` with what was seen instead. */
  run(subject: Subject): Promise<void> | void
}

export type Outcome = 'passed' | 'failed' | 'waived' | 'not_applicable'

export interface Result {
  check: string
  rule: string
  outcome: Outcome
  /** What broke, the waiver's reason, or why it does not apply. */
  because: string
}

/** A rule that does not hold. */
export class Broken extends Error {
  override readonly name = 'Broken'
}

export function demand(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Broken(otherwise)
}

/**
 * The same list; fails when it is empty, because a rule that looked at nothing has proved nothing.
 */
export function some<T>(found: T[], otherwise: string): T[] {
  demand(found.length > 0, otherwise)
  return found
}

/**
 * Plays checks one after the other: they measure time and exchange the clock. A waived check is
 * played all the same, so that a stale waiver shows.
 */
export async function runChecks(subject: Subject, checks: Check[]): Promise<Result[]> {
  const results: Result[] = []
  for (const check of checks) results.push(await runCheck(subject, check))
  return results
}

async function runCheck(subject: Subject, check: Check): Promise<Result> {
  const result = (outcome: Outcome, because: string): Result => ({
    check: check.name,
    rule: check.rule,
    outcome,
    because,
  })
  const waiver = subject.folder.waived.find((each) => each.check === check.name)
  try {
    const unless = check.unless?.(subject) ?? null
    if (unless !== null) return result('not_applicable', unless)
    await check.run(subject)
  } catch (error) {
    if (waiver !== undefined) return result('waived', `${waiver.reason} (since ${waiver.since})`)
    return result('failed', error instanceof Broken ? error.message : `it broke down: ${(error as Error).message}`)
  }
  if (waiver !== undefined)
    return result('failed', 'it is waived in fixtures/WAIVED.json, and it holds: drop the waiver')
  return result('passed', '')
}
