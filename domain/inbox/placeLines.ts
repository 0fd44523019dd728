import { sum } from '../amounts.ts'
import { dayAfter, isSameCode } from './evidence.ts'
import type { LineMarks, SentLine } from './marks.ts'

/**
 * Which line of ours a document's line is. `added`: the payer decided a service that we did not
 * claim. `unclear`: it may be one of ours, and nobody can say which: a person is asked.
 */
export type PlacedLine = { kind: 'placed'; lineNumber: number } | { kind: 'added' } | { kind: 'unclear' }

/**
 * Finds the line of ours for each line of a document. The number that came back counts only where
 * code and charge are that line's too: payers return an order of their own in REF*6R (RFI 223,
 * 1684). Else code, charge and day say which; lines that are the same in all three go by their
 * order. A line that was split is known by its parts' sum. What is left is known by its code where
 * only one line of ours and one of theirs has it, whatever it charges. A code of ours that is
 * nowhere else, in doubt, is `unclear`; a code that we never sent is `added`. Never a guess.
 */
export function placeLines(said: LineMarks[], sent: SentLine[]): PlacedLine[] {
  const placing = new Placing(said, sent)
  placing.byEach(
    (line, ours) => line.controlNumber === ours.controlNumber && hasCode(line, ours) && hasCharge(line, ours),
  )
  placing.byOrder((line, ours) => isSameLine(line, ours) && line.day !== null && line.day === ours.serviceDate)
  placing.byOrder((line, ours) => isSameLine(line, ours) && mayBeOfDay(line, ours))
  placing.byEach((line, ours) => saysOnlyCharge(line) && hasCharge(line, ours) && mayBeOfDay(line, ours))
  placing.bySum()
  placing.byOnlyCode()
  return placing.placed.map((place, index) => place ?? { kind: placing.isAdded(said[index]) ? 'added' : 'unclear' })
}

class Placing {
  readonly placed: (PlacedLine | null)[]
  readonly #said: LineMarks[]
  readonly #sent: SentLine[]
  #left: SentLine[]

  constructor(said: LineMarks[], sent: SentLine[]) {
    this.#said = said
    this.#sent = sent
    this.#left = sent
    this.placed = said.map(() => null)
  }

  /** Lines that exactly one of ours fits. */
  byEach(fits: (line: LineMarks, ours: SentLine) => boolean): void {
    for (const [index, line] of this.#said.entries()) {
      const found = this.#left.filter((ours) => fits(line, ours))
      const [ours] = found
      if (this.placed[index] === null && found.length === 1 && ours !== undefined) this.#take([index], ours)
    }
  }

  /** The first of theirs is the first of ours that fits, and so on. */
  byOrder(fits: (line: LineMarks, ours: SentLine) => boolean): void {
    for (const [index, line] of this.#said.entries()) {
      const ours = this.#left.find((each) => fits(line, each))
      if (this.placed[index] === null && ours !== undefined) this.#take([index], ours)
    }
  }

  /** Several of theirs with a line's code that together charge what it does. */
  bySum(): void {
    for (const ours of this.#left) {
      const parts = this.#open().filter((index) => isOfCode(this.#said[index], ours))
      const numbered = this.#open().filter((index) => isNumbered(this.#said[index], ours))
      const rivals = this.#left.filter((each) => isSameCode(each.code, ours.code))
      const wanted = rivals.length === 1 ? [parts, numbered] : [numbered]
      const whole = wanted.find(
        (indexes) =>
          indexes.length > 1 && sum(indexes.map((index) => Math.abs(this.#said[index]?.charged ?? 0))) === ours.charge,
      )
      if (whole !== undefined) this.#take(whole, ours)
    }
  }

  /** One line of ours and one of theirs are left with this code. */
  byOnlyCode(): void {
    for (const ours of this.#left) {
      const parts = this.#open().filter((index) => isOfCode(this.#said[index], ours))
      const rivals = this.#left.filter((each) => isSameCode(each.code, ours.code))
      const [index] = parts
      if (index === undefined || parts.length !== 1 || rivals.length !== 1) continue
      if (mayBeOfDay(this.#said[index], ours)) this.#take([index], ours)
    }
  }

  /** A code that is in no line of ours; one that restates a line of ours may be that line. */
  isAdded(line: LineMarks | undefined): boolean {
    if (line === undefined || line.code === null || line.code === '') return false
    const { code } = line
    if (this.#sent.some((ours) => isSameCode(ours.code, code))) return false
    return !this.#left.some((ours) => hasCharge(line, ours))
  }

  #open(): number[] {
    return this.placed.flatMap((place, index) => (place === null ? [index] : []))
  }

  #take(indexes: number[], ours: SentLine): void {
    for (const index of indexes) this.placed[index] = { kind: 'placed', lineNumber: ours.lineNumber }
    this.#left = this.#left.filter((each) => each !== ours)
  }
}

function hasCode(line: LineMarks | undefined, ours: SentLine): boolean {
  if (line === undefined) return false
  return line.code === null || line.code === '' || isSameCode(line.code, ours.code)
}

/** It says the code, which is ours. */
function isOfCode(line: LineMarks | undefined, ours: SentLine): boolean {
  return line !== undefined && line.code !== null && line.code !== '' && isSameCode(line.code, ours.code)
}

function isNumbered(line: LineMarks | undefined, ours: SentLine): boolean {
  return line?.controlNumber === ours.controlNumber && hasCode(line, ours)
}

function hasCharge(line: LineMarks, ours: SentLine): boolean {
  return line.charged === null || Math.abs(line.charged) === ours.charge
}

function isSameLine(line: LineMarks, ours: SentLine): boolean {
  return isOfCode(line, ours) && hasCharge(line, ours)
}

function saysOnlyCharge({ code, charged }: LineMarks): boolean {
  return (code === null || code === '') && charged !== null
}

/** One day more or less is a clock in another zone. */
function mayBeOfDay(line: LineMarks | undefined, { serviceDate }: SentLine): boolean {
  if (line === undefined || line.day === null || serviceDate === undefined) return true
  return dayAfter(line.day, -1) <= serviceDate && serviceDate <= dayAfter(line.day, 1)
}
