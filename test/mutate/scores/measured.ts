/** A change that no test noticed. */
export interface Survivor {
  /** The line of the file, from 1. */
  line: number
  /** StrykerJS's name of the change. */
  kind: string
  becomes: string
  /** Whether any test comes to this place at all. */
  reached: boolean
}

/** What StrykerJS found out about one file. */
export interface Measured {
  caught: number
  /** Changes that don't type-check: nobody could make them. */
  impossible: number
  lived: Survivor[]
  /** Test files that noticed something. */
  by: string[]
}

/** The part of StrykerJS's report that is read here. */
export interface Report {
  files: Record<string, { mutants: Mutant[] }>
  testFiles?: Record<string, { tests: { id: string }[] }>
}

interface Mutant {
  mutatorName: string
  replacement?: string
  status: 'Killed' | 'Survived' | 'NoCoverage' | 'Timeout' | 'CompileError' | 'RuntimeError' | 'Ignored' | 'Pending'
  location: { start: { line: number } }
  killedBy?: string[]
}

/** `mutants` of one file of a report, and the test files by the ids of their tests. */
export function measuredOf({ files, testFiles = {} }: Report, file: string): Measured {
  const mutants = files[file]?.mutants ?? []
  const testFileOf = new Map(
    Object.entries(testFiles).flatMap(([name, { tests }]) => tests.map(({ id }) => [id, name] as const)),
  )
  const having = (...statuses: Mutant['status'][]) => mutants.filter(({ status }) => statuses.includes(status))
  const killers = mutants.flatMap(({ killedBy = [] }) => killedBy.flatMap((id) => testFileOf.get(id) ?? []))
  return {
    caught: having('Killed', 'Timeout').length,
    impossible: having('CompileError', 'RuntimeError').length,
    lived: having('Survived', 'NoCoverage').map(({ location, mutatorName, replacement = '', status }) => ({
      line: location.start.line,
      kind: mutatorName,
      becomes: replacement.replace(/\s+/g, ' ').slice(0, 80),
      reached: status === 'Survived',
    })),
    by: [...new Set(killers)].sort(),
  }
}

/** In percent, cut (not rounded) to one decimal; null: there was nothing to change. */
export function percentOf(caught: number, lived: number): number | null {
  return caught + lived === 0 ? null : Math.floor((caught / (caught + lived)) * 1000) / 10
}
