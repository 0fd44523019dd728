import { unzipSync } from 'fflate'
import { simpleParser } from 'mailparser'
import { extractText, getDocumentProxy } from 'unpdf'
import { formatMinor, type Minor } from '../../domain/money.ts'
import type { OutMessage } from '../contract.ts'
import { pdfWords } from './pdfWords.ts'

/** A piece of what leaves that a person or a program at the provider can read. */
export interface ReadableText {
  kind: 'x12' | 'json' | 'xml' | 'csv' | 'text'
  text: string
}

/** Everything readable in the messages: bodies, the parts of a mail, the sheets of a workbook, the words of a PDF. Pictures say nothing. */
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

/** What is written outside of the bodies: addresses, names, headers, subjects. Nothing of a patient belongs there. */
export function labelsOf(messages: OutMessage[]): string {
  return messages.map(({ body: _body, ...head }) => JSON.stringify(head)).join('\n')
}

/** Letters without their marks, in lower case: `Söhne` is `sohne`, as a format without umlauts writes it. */
export function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replaceAll(/[\u2018\u2019]/g, "'")
    .toLowerCase()
}

/** How often an amount stands in a text: `1234.57`, `1,234.57`, and without trailing zeros. */
export function timesWritten(text: string, amount: Minor, currency: string): number {
  const exact = formatMinor(amount, currency)
  const [whole = '', fraction = ''] = exact.split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  const short = fraction.replace(/0+$/, '')
  const forms = new Set([exact, short === '' ? whole : `${whole}.${short}`, exact.replace(whole, grouped)])
  return [...forms].reduce(
    (times, form) => times + text.split(new RegExp(`(?<![\\d.,])${escaped(form)}(?![\\d]|[.,]\\d)`)).length - 1,
    0,
  )
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
  if (starts(body, '%PDF-')) return [{ kind: 'text', text: pdfWords(body) }]
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
