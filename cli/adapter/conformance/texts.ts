import { unzipSync } from 'fflate'
import { simpleParser } from 'mailparser'
import { extractText, getDocumentProxy } from 'unpdf'
import type { OutMessage } from '../../../adapters/contract.ts'
import { formatMinor, type Minor } from '../../../domain/amounts.ts'

/** A piece of what leaves that a person or a program at the provider can read. */
export interface ReadableText {
  kind: 'x12' | 'json' | 'xml' | 'csv' | 'text'
  text: string
}

/**
 * Everything readable in the messages: bodies, the parts of a mail, the sheets of a workbook, the
 * words of a PDF. Pictures say nothing.
 */
export async function textsOf(messages: OutMessage[]): Promise<ReadableText[]> {
  const texts: ReadableText[] = []
  for (const message of messages) {
    if (message.body === null) continue
    if (message.transport === 'email') texts.push(...(await mailTexts(message.body)))
    else texts.push(...(await textsIn(message.body)))
  }
  return texts
}

/** All readable text of the messages in one string, with the escapes of JSON and XML undone. */
export async function wordsOf(messages: OutMessage[]): Promise<string> {
  return (await textsOf(messages)).map(({ text }) => unescaped(text)).join('\n')
}

/**
 * What is written outside of the bodies: addresses, names, headers, subjects. Nothing of a patient
 * belongs there.
 */
export function labelsOf(messages: OutMessage[]): string {
  return messages.map(({ body: _body, ...head }) => JSON.stringify(head)).join('\n')
}

/**
 * Letters without their marks, in lower case: `Söhne` is `sohne`, as a format without umlauts
 * writes it.
 */
export function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replaceAll(/[\u2018\u2019]/g, "'")
    .toLowerCase()
}

/** Whether an amount stands in a text, as `amountPattern` finds it. */
export function isWritten(text: string, amount: Minor, currency: string): boolean {
  return amountPattern(amount, currency).test(text)
}

/**
 * Finds an amount wherever it stands by itself: `1234.50`, `1,234.50`, and both without trailing
 * zeros. A comma beside it may be the delimiter of a row; only where three digits meet it, it may
 * as well group one number, and then the amount is not found: `234.50` does not stand in
 * `1,234.50`.
 */
export function amountPattern(amount: Minor, currency: string): RegExp {
  const exact = formatMinor(amount, currency)
  const short = exact.includes('.') ? exact.replace(/\.?0+$/, '') : exact
  const forms = [exact, inGroups(exact), short, inGroups(short)].map(
    (form) => `${escaped(form)}(?!\\.?\\d${form.includes('.') ? '' : '|,\\d{3}(?!\\d)'})`,
  )
  return new RegExp(`(?<![\\d.]|\\d,(?=\\d{3}(?!\\d)))(?:${forms.join('|')})`, 'g')
}

/** `1,234.50` from `1234.50`. */
export function inGroups(amount: string): string {
  return amount.replace(/^\d+/, (whole) => whole.replaceAll(/\B(?=(\d{3})+$)/g, ','))
}

export function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
}

async function textsIn(body: Uint8Array): Promise<ReadableText[]> {
  if (starts(body, '%PDF-')) return [{ kind: 'text', text: await pdfText(body) }]
  if (starts(body, 'PK\u0003\u0004'))
    return Object.entries(unzipSync(body))
      .filter(([name]) => name.endsWith('.xml'))
      .map(([, bytes]) => ({ kind: 'xml', text: new TextDecoder().decode(bytes) }))
  const text = decoded(body)
  return text === null ? [] : [{ kind: kindOf(text), text }]
}

/** Null for bytes that are no text. */
function decoded(body: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body)
    return text.includes('\u0000') ? null : text
  } catch {
    return null
  }
}

function kindOf(text: string): ReadableText['kind'] {
  if (text.startsWith('ISA')) return 'x12'
  if (/^\s*[{[]/.test(text)) return 'json'
  if (/^\s*</.test(text)) return 'xml'
  return /^[^\n]*[,;\t|][^\n]*\n/.test(text) ? 'csv' : 'text'
}

async function mailTexts(body: Uint8Array): Promise<ReadableText[]> {
  const mail = await simpleParser(Buffer.from(body), { skipImageLinks: true })
  return [
    { kind: 'text', text: mail.text ?? '' },
    ...(await Promise.all(mail.attachments.map(({ content }) => textsIn(new Uint8Array(content))))).flat(),
  ]
}

/** The words of a PDF as another program reads them, in the order in which they were drawn. */
async function pdfText(body: Uint8Array): Promise<string> {
  // The reader takes the buffer for its own.
  const { text } = await extractText(await getDocumentProxy(body.slice()), { mergePages: true })
  return text
}

function unescaped(text: string): string {
  return text
    .replaceAll(/\\u([0-9a-f]{4})/gi, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll('\\"', '"')
    .replaceAll(/&#(x[0-9a-f]+|\d+);/gi, (_all, code: string) =>
      String.fromCodePoint(code.startsWith('x') ? Number.parseInt(code.slice(1), 16) : Number(code)),
    )
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&')
}

function starts(body: Uint8Array, text: string): boolean {
  return Buffer.from(body.subarray(0, text.length)).toString('latin1') === text
}
