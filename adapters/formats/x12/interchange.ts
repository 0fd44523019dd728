/**
 * What a read X12 file is made of. Their numbers are text as they stood; positions count from 1.
 */

/**
 * The four characters that the sender chose; never assumed (source: X12.5 ISA11, ISA16 and the
 * place after it).
 */
export interface Separators {
  element: string
  component: string
  /** Null before version 5010, where ISA11 had another meaning. */
  repetition: string | null
  terminator: string
}

/** `elements[0]` is the segment's id, so `elements[3]` is what the guides call element 03. */
export interface X12Segment {
  elements: readonly string[]
  /** Place in its transaction, ST being 1; in the interchange for TA1. */
  position: number
}

/**
 * Something that is wrong with the document itself. `where` names the place, `message` never
 * repeats patient data.
 */
export interface X12Problem {
  code: 'segment-count' | 'control-number' | 'missing' | 'malformed' | 'notification-with-amount'
  where: string
  message: string
}

export interface X12Transaction {
  /** ST01: 835, 837, 277, 999 … */
  kind: string
  /** ST02 */
  controlNumber: string
  /** Implementation guide, from ST03 or else GS08: `005010X214`. */
  guide: string
  separators: Separators
  /** From ST to SE. */
  segments: X12Segment[]
}

export interface X12Group {
  /** GS01; empty for a transaction that came without an envelope. */
  functionalId: string
  controlNumber: string
  transactions: X12Transaction[]
}

export interface X12Interchange {
  separators: Separators
  /** False for bare GS or ST segments without ISA and IEA. */
  enveloped: boolean
  senderId: string
  receiverId: string
  /** ISA13; empty without an envelope. */
  controlNumber: string
  /** ISA15: production, test, or not said. */
  usage: 'P' | 'T' | ''
  /** TA1 segments: what the receiver says about whole interchanges of ours. */
  acknowledgements: X12Segment[]
  groups: X12Group[]
  /**
   * Any problem means that the interchange is cut, altered or miscounted: nothing in it may be
   * believed.
   */
  problems: X12Problem[]
}

/** Element by its number in the guides; empty when absent. */
export function at(segment: X12Segment | undefined, element: number): string {
  return segment?.elements[element] ?? ''
}

/** Component of an element, counted from 1; empty when absent. */
export function component(value: string, index: number, separators: Separators): string {
  return value.split(separators.component)[index - 1] ?? ''
}
