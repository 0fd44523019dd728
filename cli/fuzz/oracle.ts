import { type BelievedEffect, FOR_A_PERSON } from './effects.ts'
import type { Mutation } from './mutations.ts'

/** X12; JSON and XML, whose end is marked; tables and mails, whose end is not. */
export type Family = 'x12' | 'closed' | 'open'

/**
 * What must hold of a mutated document. A document without a signature that says something else
 * consistently *is* another document: nobody can tell that a status code was changed on the way. So
 * three rules:
 *
 * 1. Where the format protects itself, nothing changed is taken: an X12 file that lost, gained or
 * repeated segments or was cut; JSON or XML cut at the end or in another charset; a remittance with
 * a total where an amount was changed by a cent. Everything that is still taken of it stands in the
 * original too, with the same amounts and status.
 * 2. In a remittance with a total no single change of any kind gets a changed amount taken: a
 * claim's amount is tied to its lines, adjustments and the payment. (Exchanging two segments or two
 * numbers changes two places at once, and is judged by rule 3.) An original that is itself not
 * taken (a wrong count, a cent too much) proves nothing here: a change may have mended it.
 * 3. Everywhere else what is taken is literally in the changed bytes: no amount and no number is
 * taken that doesn't stand there.
 */
export function violationOf(
  original: readonly BelievedEffect[],
  taken: readonly BelievedEffect[],
  { mutation, family, remittance, text }: { mutation: Mutation; family: Family; remittance: boolean; text: string },
): string | null {
  const changed = taken.filter((effect) => !original.some((each) => same(each, effect)))
  if (changed.length === 0) return null
  const sound = original.length > 0
  const guarded = changed.find((each) => isProtected(mutation, family, remittance && each.paid === true))
  if (sound && guarded !== undefined) return `a protected document was taken with a change: ${shown(guarded)}`
  const amounts = original.map((each) => `${each.about} ${each.amounts}`)
  const otherAmount = changed.find((each) => each.paid === true && !amounts.includes(`${each.about} ${each.amounts}`))
  if (sound && remittance && otherAmount !== undefined && mutation !== 'swap-units' && mutation !== 'swap-numbers')
    return `a remittance was taken with another amount: ${shown(otherAmount)}`
  const invented = changed.find((each) => family === 'x12' && !isLiteral(each, text))
  return invented === undefined ? null : `an amount or number was taken that stands nowhere: ${shown(invented)}`
}

function isProtected(mutation: Mutation, family: Family, remittance: boolean): boolean {
  if (mutation === 'truncate' || mutation === 'other-charset') return family !== 'open'
  if (mutation === 'one-cent') return remittance
  return family === 'x12' && (mutation === 'drop-unit' || mutation === 'repeat-unit')
}

function same(original: BelievedEffect, taken: BelievedEffect): boolean {
  const { about, status, amounts } = taken
  if (original.about !== about || String(original.amounts) !== String(amounts)) return false
  return status === original.status || status === FOR_A_PERSON
}

/** X12 writes amounts with or without trailing zeros, and debits without their sign. */
function isLiteral({ about, amounts }: BelievedEffect, text: string): boolean {
  const upper = text.toUpperCase()
  const spelled = amounts.every((amount) => {
    const decimal = (Math.abs(amount) / 100).toFixed(2)
    return amount === 0 || upper.includes(decimal.replace(/\.?0+$/, '')) || upper.includes(decimal.replace(/^0/, ''))
  })
  return (
    spelled &&
    (about.startsWith('batch')
      ? upper.includes(about.slice(6))
      : upper.includes(about.toUpperCase()) || about === 'the sending')
  )
}

function shown({ about, amounts, status }: BelievedEffect): string {
  return `${about}: ${status} ${amounts.join(' ')}`.trim()
}
