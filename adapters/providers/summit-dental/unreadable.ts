import type { Notice } from '../../contract.ts'
import type { X12Problem } from '../../formats/x12/interchange.ts'

/** The notice of a document, or a part of one, that only a person can read. */
export function unreadable(because: string): Notice {
  return { kind: 'unreadable', because }
}

/** The same by a problem of the document: the place and what is wrong there. */
export function unreadableBy(problem: X12Problem): Notice {
  return unreadable(`${problem.where}: ${problem.message}`)
}
