import type { SCENARIOS } from '../../failureModes/scenarios.ts'

/** What the product does about a failure, and what it would be without. */
export interface Guard {
  id: keyof typeof SCENARIOS
  /** The rule, as a sentence that is no longer true once it is taken away. */
  guard: string
  file: string
  /** Stands in the file exactly once; follow it there when the code changes. */
  stands: string
  becomes: string
  /** The file whose tests with this id go red. */
  test: string
}
