import { type Minor, parseMinor } from '../../../domain/amounts.ts'
import type { X12Problem } from './interchange.ts'

/**
 * Reads an amount; what is none becomes a problem with its place (never its text) and counts as 0.
 */
export type AmountReader = (text: string, where: string) => Minor

export function amountReader(currency: string, problems: X12Problem[]): AmountReader {
  return (text, where) => {
    const amount = parseMinor(text, currency)
    if (amount !== null) return amount
    problems.push(
      text === ''
        ? { code: 'missing', where, message: 'the amount is missing' }
        : { code: 'malformed', where, message: 'not an amount' },
    )
    return 0
  }
}
