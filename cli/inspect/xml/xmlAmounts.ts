import { childrenIn, textIn, type XmlElement } from '../../../adapters/formats/xml/read.ts'
import { formatMinor, type Minor, sum } from '../../../domain/amounts.ts'
import { type LenientAmounts, lenientAmounts } from '../amounts.ts'
import type { DocumentProblem } from '../report.ts'

/** The documents name no currency: they are of the Emirates' exchanges. */
export const CURRENCY = 'AED'

export function write(amount: Minor | null): string | null {
  return amount === null ? null : formatMinor(amount, CURRENCY)
}

/** Reads the amounts of one element by the names of its children. */
export function amountsIn(problems: DocumentProblem[]) {
  const amounts: LenientAmounts = lenientAmounts(CURRENCY, problems)
  return (element: XmlElement, name: string, where: string, required: boolean): Minor | null =>
    amounts.read(textIn(element, name) ?? '', `${where} ${name}`, required)
}

/** The sum, or null when one of them could not be read. */
export function added(amounts: readonly (Minor | null)[]): Minor | null {
  const known = amounts.filter((amount) => amount !== null)
  return known.length === amounts.length ? sum(known) : null
}

/** The claims of a document with their places: `Claim 2 (K7Q2M4X8Z1B3C5D9)`. */
export function claimsIn(root: XmlElement): { claim: XmlElement; place: string }[] {
  return childrenIn(root, 'Claim').map((claim, index) => {
    const number = textIn(claim, 'ID')
    return { claim, place: number === null ? `Claim ${index + 1}` : `Claim ${index + 1} (${number})` }
  })
}
