import type { Separators } from './interchange.ts'

/**
 * The separators of what begins at `start`: of ISA by its own sixteen elements (fixed width, but a
 * trimmed one is read too), of bare GS or ST by looking. Lower case is read too. Null when none of
 * them stands there.
 */
export function separatorsAt(text: string, start: number): Separators | null {
  if (/^ISA/i.test(text.slice(start, start + 3))) return ofIsa(text, start)
  if (/^(?:GS|ST)[^A-Za-z0-9\s]/i.test(text.slice(start, start + 3))) return ofBareSegments(text, start)
  return null
}

/** ISA is 106 characters; 200 leaves room for senders that don't keep the widths. */
const LONGEST_ISA = 200

function ofIsa(text: string, start: number): Separators | null {
  const element = text[start + 3]
  if (element === undefined || /[A-Za-z0-9\s]/.test(element)) return null
  const head = text.slice(start, start + LONGEST_ISA)
  let place = -1
  let repetition = ''
  for (let count = 1; count <= 16; count += 1) {
    const next = head.indexOf(element, place + 1)
    if (next === -1) return null
    if (count === 12) repetition = head.slice(place + 1, next)
    place = next
  }
  const component = head[place + 1]
  const terminator = terminatorIn(head.slice(place + 2))
  if (component === undefined || terminator === null) return null
  if (/[A-Za-z0-9\s]/.test(component) || new Set([element, component, terminator]).size < 3) return null
  // Before 5010 ISA11 said "U", a standards code and no separator.
  return { element, component, terminator, repetition: /^[^A-Za-z0-9 ]$/.test(repetition) ? repetition : null }
}

/**
 * The terminator behind ISA16. Blanks and line ends in front of it are the sender's padding; where
 * the next segment follows at once, the line end itself is the terminator. A blank never is one.
 */
function terminatorIn(behind: string): string | null {
  const [blanks = ''] = /^\s*/.exec(behind) ?? []
  const next = behind[blanks.length]
  if (next !== undefined && !/[A-Za-z0-9]/.test(next)) return next
  return /[\r\n]/.exec(blanks)?.[0] ?? null
}

/**
 * Segments whose first element begins with a two-letter qualifier and the component separator, such
 * as `SVC*AD:D1110`.
 */
const COMPOSITE = /(?:SVC|SV[123]|STC).[A-Z0-9]{2}([^A-Za-z0-9\s])/i

function ofBareSegments(text: string, start: number): Separators | null {
  const element = text[start + 2] ?? ''
  const first = text.slice(start + 3, start + LONGEST_ISA)
  const end = [...first].findIndex((character) => character !== element && !/[A-Za-z0-9 .-]/.test(character))
  const terminator = end === -1 ? undefined : first[end]
  if (terminator === undefined) return null
  const found = COMPOSITE.exec(text.slice(start, start + 100_000))?.[1]
  const component = found === undefined || found === element || found === terminator ? ':' : found
  return { element, component, repetition: '^', terminator }
}
