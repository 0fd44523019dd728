import { FormatRefusal } from '../../../domain/claims/formatRefusal.ts'
import { isExtended } from './characters.ts'
import { x12Date, x12Time } from './dates.ts'
import { fieldOf, longestOf } from './elements/limits.ts'

/**
 * An element, or a composite as the list of its components. Empty text is an element that is not
 * sent.
 */
export type Element = string | readonly string[]
/**
 * A segment to write: its id and its elements. `at` says in refusals where we are (`2010BA NM1`).
 */
export type Line = readonly [id: string, ...elements: Element[]]

/** The document cannot be written. Names the place, never the value: it may be patient data. */
export class X12Refusal extends FormatRefusal {
  override readonly name = 'X12Refusal'
}

export interface X12Envelope {
  senderId: string
  receiverId: string
  /** ISA13 and GS06, 1 to 999,999,999. */
  controlNumber: number
  mode: 'test' | 'production'
  /** GS01 */
  functionalId: string
  /** GS08 and ST03 */
  guide: string
  /** ST01 */
  kind: string
  /** ISO 8601 UTC */
  now: string
  /** IANA */
  zone: string
}

/** Our own separators; every one of them is refused inside an element. */
const ELEMENT = '*'
const COMPONENT = ':'
const REPETITION = '^'
const TERMINATOR = '~'

/**
 * One interchange with one group, a transaction for each list of segments (without ST and SE). ST02
 * is the transaction's position, so that a 999 about one of them tells which. Throws `X12Refusal`
 * on characters that X12 cannot carry.
 */
export function writeInterchange(envelope: X12Envelope, transactions: readonly (readonly Line[])[]): Uint8Array {
  const control = controlText(envelope.controlNumber)
  const date = x12Date(envelope.now, envelope.zone)
  const time = x12Time(envelope.now, envelope.zone)
  const mode = envelope.mode === 'production' ? 'P' : 'T'
  const sender = fixed(envelope.senderId, 'ISA06')
  const receiver = fixed(envelope.receiverId, 'ISA08')
  const isa = [
    'ISA',
    '00',
    ' '.repeat(10),
    '00',
    ' '.repeat(10),
    'ZZ',
    sender,
    'ZZ',
    receiver,
    date.slice(2),
    time,
    REPETITION,
    '00501',
    control,
    '1',
    mode,
    COMPONENT,
  ]
  const written = [
    isa.join(ELEMENT),
    writeLine(
      [
        'GS',
        envelope.functionalId,
        sender.trim(),
        receiver.trim(),
        date,
        time,
        String(envelope.controlNumber),
        'X',
        envelope.guide,
      ],
      'GS',
    ),
    ...transactions.flatMap((lines, index) => writeTransaction(envelope, lines, index + 1)),
    writeLine(['GE', String(transactions.length), String(envelope.controlNumber)], 'GE'),
    writeLine(['IEA', '1', control], 'IEA'),
  ]
  return new TextEncoder().encode(written.map((segment) => `${segment}${TERMINATOR}\n`).join(''))
}

/**
 * ISA13: nine digits. Throws outside 1 to 999,999,999: a number that starts again from 1 would be
 * another interchange's.
 */
export function controlText(controlNumber: number): string {
  if (!Number.isInteger(controlNumber) || controlNumber < 1 || controlNumber > 999_999_999) {
    throw new X12Refusal('ISA13', 'the control number must be 1 to 999999999')
  }
  return String(controlNumber).padStart(9, '0')
}

/**
 * BHT03: comes back in a 277CA's TRN02 and names the interchange, and the transaction where there
 * are several.
 */
export function batchReference(controlNumber: number, position: number, transactions: number): string {
  return transactions === 1 ? controlText(controlNumber) : `${controlText(controlNumber)}-${position}`
}

function writeTransaction(envelope: X12Envelope, lines: readonly Line[], position: number): string[] {
  const number = String(position).padStart(4, '0')
  return [
    writeLine(['ST', envelope.kind, number, envelope.guide], 'ST'),
    ...lines.map((line, index) => writeLine(line, `ST ${number} segment ${index + 2} ${line[0]}`)),
    writeLine(['SE', String(lines.length + 2), number], 'SE'),
  ]
}

/** Throws `X12Refusal` for what could not be written: a claim is refused before its batch is. */
export function refuseUnwritable(lines: readonly Line[]): void {
  for (const line of lines) writeLine(line, line[0])
}

function writeLine(line: Line, place: string): string {
  const [id, ...elements] = line
  const written = elements.map((element, index) => {
    const where = `${place}${String(index + 1).padStart(2, '0')}`
    const field = fieldOf(line, index + 1)
    if (typeof element !== 'string')
      return trimEnd(element.map((part, at) => checked(part, `${where}-${at + 1}`, field))).join(COMPONENT)
    const longest = longestOf(id, index + 1)
    if (longest !== null && element.length > longest)
      throw new X12Refusal(
        where,
        `${field ?? 'it'} has at most ${longest} characters, this one has ${element.length}: shorten it`,
      )
    return checked(element, where, field)
  })
  return [id, ...trimEnd(written)].join(ELEMENT)
}

function checked(text: string, where: string, field: string | null = null): string {
  const has = field === null ? '' : `${field} has `
  if (!isExtended(text))
    throw new X12Refusal(where, `${has}a character that X12 cannot carry: Latin letters, digits and plain signs only`)
  if ([ELEMENT, COMPONENT, REPETITION, TERMINATOR].some((separator) => text.includes(separator))) {
    throw new X12Refusal(where, `${has}a character that X12 separates with (* : ^ ~): leave it out`)
  }
  return text
}

/** X12 leaves out what is empty at the end of a segment or composite. */
function trimEnd(parts: string[]): string[] {
  const last = parts.findLastIndex((part) => part !== '')
  return parts.slice(0, last + 1)
}

function fixed(text: string, where: string): string {
  if (text.length > 15 || text.trim() === '') throw new X12Refusal(where, 'must have 1 to 15 characters')
  return checked(text, where).padEnd(15)
}
