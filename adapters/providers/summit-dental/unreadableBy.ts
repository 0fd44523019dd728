import { type Notice, unreadable } from '../../contract.ts'
import type { X12Problem } from '../../formats/x12/interchange.ts'

/** The same by a problem of the document: the place and what is wrong there. */
export function unreadableBy(problem: X12Problem): Notice {
  return unreadable(`${problem.where}: ${problem.message}`)
}
