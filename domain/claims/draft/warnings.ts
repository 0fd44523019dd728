import { type Minor, moneyInWords } from '../../amounts.ts'
import type { SubmitProblem } from '../requirements.ts'

/** Above how many times its list price a charge is taken for a slip of the keyboard. */
const TIMES = 3

export interface ChargedLine {
  lineNumber: number
  code: string
  charge: Minor
  /** The clinic's list price of the whole line, and the negotiated amount; null: none is known. */
  list: Minor | null
  rate: Minor | null
  currency: string
}

/** Charges far above list price and rate, which a person has set: told, not forbidden. */
export function priceWarnings(lines: ChargedLine[]): SubmitProblem[] {
  return lines.flatMap(({ lineNumber, code, charge, list, rate, currency }) => {
    const usual = Math.max(list ?? 0, rate ?? 0)
    if (usual === 0 || charge <= usual * TIMES) return []
    const times = Math.floor(charge / usual).toLocaleString('en')
    return [
      {
        type: 'charge-above-list-price',
        detail: `${code} is charged ${moneyInWords(charge, currency)}, over ${times} times its usual ${moneyInWords(usual, currency)}: is the amount right? (line ${lineNumber})`,
        lineNumber,
      },
    ]
  })
}
