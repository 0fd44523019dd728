/**
 * A part of the product whose rules are pure functions, or nearly, so that StrykerJS can try every
 * change in it.
 */
export interface Target {
  name: string
  /**
   * Files by their path from the root; those that need Temporal's sandbox or the database are left
   * out where `pure` says so.
   */
  files: RegExp
  pure: boolean
  /** Test files that may look for a change: of these the nearest that start no server. */
  tests: RegExp
  /** Least part of the changes, in percent, that the tests have to notice. */
  floor: number
}

export const TARGETS: Target[] = [
  { name: 'domain', files: /^domain\//, pure: true, tests: /^test\/domain\//, floor: 90 },
  { name: 'adapters/formats', files: /^adapters\/formats\//, pure: true, tests: /^test\/adapters\//, floor: 80 },
  { name: 'workflows', files: /^workflows\//, pure: true, tests: /^test\//, floor: 80 },
  { name: 'api/http', files: /^api\/http\//, pure: false, tests: /^test\/api\//, floor: 80 },
]
