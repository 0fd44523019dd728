import { exponentOf, formatMinor, type Minor, parseMinor } from '../../domain/amounts.ts'
import type { DocumentProblem } from './report.ts'

/** Beyond any payment of an HMO; keeps sums inside the safe integers. */
const LARGEST_DIGITS = 13

/**
 * Reads amounts of documents that are not ours. Null, with a problem, for what is no exact amount:
 * nothing is rounded. A minus behind the digits has only one meaning, so that it is read, with a
 * problem all the same.
 */
export function lenientAmounts(currency: string, problems: DocumentProblem[]) {
  const places = exponentOf(currency)
  return {
    /** `required`: whether an empty text is a problem. */
    read(text: string, where: string, required: boolean): Minor | null {
      const stated = text.trim()
      if (stated === '') {
        if (required) problems.push({ code: 'missing', where, message: 'the amount is missing' })
        return null
      }
      const trailing = /^([\d.]+)-$/.exec(stated)?.[1]
      const amount = sized(
        trailing === undefined ? parseMinor(stated, currency) : negated(parseMinor(trailing, currency)),
      )
      if (amount === null) {
        problems.push({ code: 'malformed', where, message: `not an amount with at most ${places} decimals` })
      } else if (trailing !== undefined) {
        problems.push({ code: 'malformed', where, message: 'the minus stands behind the digits' })
      }
      return amount
    },
    write(amount: Minor | null): string | null {
      return amount === null ? null : formatMinor(amount, currency)
    },
  }
}
export type LenientAmounts = ReturnType<typeof lenientAmounts>

function negated(amount: Minor | null): Minor | null {
  return amount === null || amount === 0 ? amount : -amount
}

function sized(amount: Minor | null): Minor | null {
  return amount !== null && String(Math.abs(amount)).length <= LARGEST_DIGITS ? amount : null
}
