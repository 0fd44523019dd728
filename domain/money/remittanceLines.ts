import type { SubmissionLine } from '../claim.ts'
import type { RemittanceClaim, RemittanceLine } from './remittance.ts'

/** A line as we sent it, as far as it helps to know it again. */
export type SentLine = Pick<SubmissionLine, 'lineNumber' | 'controlNumber' | 'code' | 'charge'>

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
  /** Sent as to the second of two payers: what the first one did is no news. */
  secondary?: true
}

export function placeClaim(claim: RemittanceClaim, claimId: string, sent: SentLine[]): PlacedClaim {
  const [first] = sent
  return {
    claimId,
    lineNumbers: claim.lines.map((line) => lineNumberOf(line, sent)),
    soleLine: sent.length === 1 && first !== undefined ? first.lineNumber : null,
  }
}

/**
 * By the control number that we sent; where the provider gave none, by the code (and charge) if
 * only one line has it. Never a guess.
 */
function lineNumberOf(line: RemittanceLine, sent: SentLine[]): number | null {
  if (line.controlNumber !== null) {
    return sent.find((each) => each.controlNumber === line.controlNumber)?.lineNumber ?? null
  }
  const charge = Math.abs(line.charged)
  const sameCode = sent.filter((each) => each.code === line.code)
  return only(sameCode) ?? only(sameCode.filter((each) => each.charge === charge))
}

function only(lines: SentLine[]): number | null {
  return lines.length === 1 ? (lines[0]?.lineNumber ?? null) : null
}
