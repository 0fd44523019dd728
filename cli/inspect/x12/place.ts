import { at, type X12Segment } from '../../../adapters/formats/x12/interchange.ts'

/**
 * Places in an X12 transaction, as a person finds them: `ST 0001 CLP 3 (7K2M9QX4TB6VH0RC) SVC 2
 * CAS03`.
 */
export function placeIn(controlNumber: string, ...steps: string[]): string {
  return [`ST ${controlNumber || '(no number)'}`, ...steps.filter((step) => step !== '')].join(' ')
}

/** A claim by its place and number. Numbers only: a name never stands in a place. */
export function claimPlace(segmentId: string, position: number, number: string): string {
  return number === '' ? `${segmentId} ${position}` : `${segmentId} ${position} (${number})`
}

/** `CAS03`: an element as the guides call it. */
export function elementName(segmentId: string, element: number): string {
  return `${segmentId}${String(element).padStart(2, '0')}`
}

/** A code, in upper case, as the lists have it: some senders write everything small. */
export function codeAt(segment: X12Segment, element: number): string {
  return at(segment, element).toUpperCase()
}
