import type { InMessage } from '../../../adapters/contract.ts'
import { formatMinor, type Minor } from '../../../domain/amounts.ts'
import { amountPattern, escaped, inGroups } from './texts.ts'

/** The document with its text changed; its name and headers stay, unless they hold the text too. */
export function changedText<M extends InMessage>(message: M, change: (text: string) => string): M {
  // latin1 keeps every byte, whatever the charset.
  const text = Buffer.from(message.body).toString('latin1')
  return { ...message, body: new Uint8Array(Buffer.from(change(text), 'latin1')) }
}

export function withBody<M extends InMessage>(message: M, body: Uint8Array | string): M {
  return { ...message, body: typeof body === 'string' ? new TextEncoder().encode(body) : body }
}

/** The document with one cent more, once for each place where the amount stands as text. */
export function oneCentMore<M extends InMessage>(message: M, amount: Minor, currency: string): M[] {
  const places = [...Buffer.from(message.body).toString('latin1').matchAll(amountPattern(amount, currency))]
  const more = formatMinor(amount + 1, currency)
  return places.map(({ index, 0: found }) =>
    changedText(
      message,
      (whole) =>
        whole.slice(0, index) + (found.includes(',') ? inGroups(more) : more) + whole.slice(index + found.length),
    ),
  )
}

/**
 * A code where it stands by itself, exchanged for one that nobody knows; null when it does not
 * stand there.
 */
export function otherCode<M extends InMessage>(message: M, code: string, unknown: string): M | null {
  const pattern = new RegExp(`(?<![A-Za-z0-9-])${escaped(code)}(?![A-Za-z0-9-])`, 'g')
  const text = Buffer.from(message.body).toString('latin1')
  return pattern.test(text) ? changedText(message, (whole) => whole.replaceAll(pattern, unknown)) : null
}

/** The document with its own counts off by one; null when it counts nothing that we know. */
export function wrongCount<M extends InMessage>(message: M): M | null {
  const text = Buffer.from(message.body).toString('latin1')
  const count = COUNTS.find((each) => text.search(each) >= 0)
  return count
    ? changedText(message, (whole) =>
        whole.replace(count, (_all, before: string, n: string) => `${before}${Number(n) + 1}`),
      )
    : null
}

/** X12's segment count, DHPO's record count, the trailer of a file of rows. */
const COUNTS = [
  /(\bSE[*|])(\d+)/g,
  /(<(?:\w+:)?(?:RecordCount|TransactionCount)>\s*)(\d+)/g,
  /((?:^|\n)"?(?:TRAILER|TRL|TOTAL|END|T)"?[,;\t|]"?)(\d+)/gi,
]
