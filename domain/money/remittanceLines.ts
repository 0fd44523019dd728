import type { Minor } from '../amounts.ts'
import type { SubmissionLine } from '../claim.ts'
import type { LineMarks, Marks, SentLine } from '../inbox/marks.ts'
import { type PlacedLine, placeLines } from '../inbox/placeLines.ts'
import type { RemittanceClaim } from './remittance.ts'

export type { SentLine }

/**
 * What a correction has in a format whose corrections keep the first sending's numbers: by those
 * the provider names its lines. A service that was not in the first sending has our new number
 * before its own.
 */
export function keptNumbers(
  lines: (SentLine & Pick<SubmissionLine, 'openingControlNumber'>)[],
  submissionNumber: string,
): SentLine[] {
  // Nobody said which services were in the first sending: they are the same, in the same places.
  if (lines.every((line) => line.openingControlNumber === undefined)) return lines
  return lines.map(({ openingControlNumber: first, ...line }) => ({
    ...line,
    controlNumber: first ?? `${submissionNumber}-${line.controlNumber}`,
  }))
}

/**
 * A remittance's claim that is known to be ours, with the place of each of its lines in the claim.
 */
export interface PlacedClaim {
  claimId: string
  /**
   * Our line number for each line of the remittance's claim; null where it cannot be identified.
   */
  lineNumbers: (number | null)[]
  /**
   * The claim's only line: what is said of the claim as a whole is said of it. Null when it has
   * several.
   */
  soleLine: number | null
  /** A person says that the payment is this claim's, whatever was decided before. */
  byPerson?: true
  /** Sent as to the second of two payers: what the first one did is no news. */
  secondary?: true
  /** Places of lines that the payer added: we claimed no such service. Absent: none. */
  added?: number[]
  /** A line may be one of ours, and nobody can say which. */
  unclear?: true
  /** Each line that has a place charges what we charged for it. */
  chargesAgree?: true
}

export function placeClaim(claim: RemittanceClaim, claimId: string, sent: SentLine[]): PlacedClaim {
  const [first] = sent
  const lines = placeLines(lineMarksOf(claim), sent)
  const added = lines.flatMap(({ kind }, index) => (kind === 'added' && sent.length > 0 ? [index] : []))
  return {
    claimId,
    lineNumbers: lines.map(numberOf),
    soleLine: sent.length === 1 && first !== undefined ? first.lineNumber : null,
    ...(added.length === 0 ? {} : { added }),
    ...(lines.some(({ kind }) => kind === 'unclear') && sent.length > 1 ? { unclear: true as const } : {}),
    ...(doChargesAgree(claim, lines, sent) ? { chargesAgree: true as const } : {}),
  }
}

/** The parts of a line that was split together charge what it did. */
function doChargesAgree(claim: RemittanceClaim, lines: PlacedLine[], sent: SentLine[]): boolean {
  const charged = new Map<number, Minor>()
  for (const [index, line] of lines.entries()) {
    if (line.kind !== 'placed') continue
    const { lineNumber } = line
    charged.set(lineNumber, (charged.get(lineNumber) ?? 0) + (claim.lines[index]?.charged ?? 0))
  }
  return [...charged].every(([lineNumber, charge]) =>
    sent.some((line) => line.lineNumber === lineNumber && line.charge === Math.abs(charge)),
  )
}

/** What a remittance says of one of its claims, as the rule of matching weighs it. */
export function marksOf(claim: RemittanceClaim): Marks {
  const { charged, lines, itemised } = claim
  // A list of amounts paid leaves the charge out.
  const saysCharge = charged !== 0 || itemised
  return {
    ...claim.marks,
    ...(saysCharge ? { charged } : {}),
    ...(lines.length === 0 ? {} : { lines: lineMarksOf(claim) }),
  }
}

function lineMarksOf({ lines }: RemittanceClaim): LineMarks[] {
  return lines.map(({ controlNumber, code, charged, day }) => ({
    controlNumber,
    code: code === '' ? null : code,
    charged: charged === 0 ? null : charged,
    day: day ?? null,
  }))
}

function numberOf(line: PlacedLine): number | null {
  return line.kind === 'placed' ? line.lineNumber : null
}
