/**
 * Ways in which bookkeepers write amounts besides digits, point and minus. Each is agreed with a
 * provider or not read: brackets mean a credit to one and a remark to another.
 */
export type BookkeepingStyle = 'brackets' | 'minus-behind' | 'long-minus' | 'currency-sign' | 'dash-for-zero'

/** A text without its bookkeeping: digits with their grouping, and a minus in front if negative. */
export interface PlainAmount {
  text: string
  styles: BookkeepingStyle[]
}

/** In words, for the doubt about an amount that is written in a way that was not agreed. */
export const STYLE_WORDS: Readonly<Record<BookkeepingStyle, string>> = {
  brackets: 'a negative amount in brackets',
  'minus-behind': 'a negative amount with the minus behind it',
  'long-minus': 'a negative amount with a typographic minus',
  'currency-sign': 'an amount with a currency sign',
  'dash-for-zero': 'a dash for zero',
}

/**
 * What an amount says without its bookkeeping; null when two signs contradict each other. The sign
 * of another currency stays in the text, so that the text is no amount.
 */
export function plainAmount(written: string, currency: string): PlainAmount | null {
  if (/^[-\u2012-\u2015\u2212]$/.test(written)) return { text: '0', styles: ['dash-for-zero'] }
  const styles: BookkeepingStyle[] = []
  let text = written
  let negative = false
  for (let rest = stripped(text, currency); rest !== null; rest = stripped(text, currency)) {
    if (rest.negative && negative) return null
    negative ||= rest.negative
    styles.push(...rest.styles)
    text = rest.text
  }
  return { text: negative ? `-${text}` : text, styles }
}

/** One layer less; null when none is left. */
function stripped(text: string, currency: string): (PlainAmount & { negative: boolean }) | null {
  const inner = /^\((.+)\)$/.exec(text)?.[1]
  if (inner !== undefined) return { text: inner.trim(), styles: ['brackets'], negative: true }
  const before = /^(.*\S)\s*[-\u2212]$/.exec(text)?.[1]
  if (before !== undefined) return { text: before, styles: ['minus-behind'], negative: true }
  const long = /^[\u2012-\u2015\u2212]\s*(.+)$/.exec(text)?.[1]
  if (long !== undefined) return { text: long, styles: ['long-minus'], negative: true }
  for (const sign of signsOf(currency)) {
    if (text.length > sign.length && text.startsWith(sign))
      return { text: text.slice(sign.length).trim(), styles: ['currency-sign'], negative: false }
    if (text.length > sign.length && text.endsWith(sign))
      return { text: text.slice(0, -sign.length).trim(), styles: ['currency-sign'], negative: false }
  }
  // A minus before a currency sign or brackets: "-$20.00".
  const signed = /^-\s*([^\d\s].*)$/.exec(text)?.[1]
  return signed === undefined ? null : { text: signed, styles: [], negative: true }
}

/** Making a format costs more than reading a cell. */
const SIGNS = new Map<string, string[]>()

/** A currency's code and its sign (source: Unicode CLDR, by Intl). */
function signsOf(currency: string): string[] {
  const known = SIGNS.get(currency)
  if (known !== undefined) return known
  const format = new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'narrowSymbol' })
  const sign = format.formatToParts(1).find(({ type }) => type === 'currency')?.value
  const signs = sign === undefined || sign === currency ? [currency] : [currency, sign]
  SIGNS.set(currency, signs)
  return signs
}
