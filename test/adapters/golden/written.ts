import { createHash } from 'node:crypto'
import { unzipSync } from 'fflate'
import { simpleParser } from 'mailparser'
import { expect } from 'vitest'
import type { BatchContext, OutMessage, ProviderAdapter } from '../../../adapters/contract.ts'
import type { Submission } from '../../../domain/claim.ts'
import { textOfPdf } from '../../support/pdfText.ts'
import { PAPER } from './wideClaim.ts'

/** What the connection agreed, and the moment of writing. */
export function context<S>(settings: S, change: Partial<BatchContext<S>> = {}): BatchContext<S> {
  return {
    settings,
    mode: 'production',
    currency: 'USD',
    now: '2026-03-10T20:05:00.000Z',
    zone: 'America/Denver',
    contact: { phone: '+1 303 555 0199', portalUrl: 'https://portal.example' },
    preparedBy: ['A. Clerk'],
    attachment: () => PAPER,
    interchangeId: '0195c0de-0000-7000-8000-000000000001',
    controlNumber: 117,
    ...change,
  }
}

/**
 * Writes the claims as one interchange and compares all that leaves, to the last character, with
 * `expected/<name>.txt`. `npm run golden` writes these files anew.
 */
export async function expectWritten<S>(
  name: string,
  adapter: ProviderAdapter<S>,
  ctx: BatchContext<S>,
  claims: Submission[],
): Promise<string> {
  const parts = []
  for (const claim of claims) parts.push(await adapter.encode(claim, ctx))
  const texts: string[] = []
  for (const message of await adapter.assemble(parts, ctx)) texts.push(await textOf(message))
  const text = `${texts.join('\n\n')}\n`
  await expect(text).toMatchFileSnapshot(`expected/${name}.txt`)
  return text
}

async function textOf(message: OutMessage): Promise<string> {
  const body = message.body ?? new Uint8Array()
  switch (message.transport) {
    case 'http': {
      const headers = Object.entries(message.headers).map(([name, value]) => `${name}: ${value}`)
      const about = message.about === undefined ? [] : [`(about ${message.about})`]
      return [`${message.method} ${message.path}`, ...headers, ...about, '', await fileText(message.path, body)].join(
        '\n',
      )
    }
    case 'sftp':
      return `file ${message.name}\n\n${await fileText(message.name, body)}`
    case 'manual': {
      const { transport: _manual, body: _body, ...head } = message
      return `paper ${JSON.stringify(head)}\n\n${await fileText(message.name, body)}`
    }
    case 'email':
      return `mail ${message.messageId}\nSubject: ${message.subject}\nDate: ${message.date}\n\n${await mailText(body)}`
  }
}

/** A mail as mailparser reads it: its text and each of its files. */
async function mailText(body: Uint8Array): Promise<string> {
  const { text, attachments } = await simpleParser(Buffer.from(body))
  const files: string[] = []
  for (const { filename = '?', contentType, content } of attachments)
    files.push(`--- ${filename} (${contentType})\n${await fileText(filename, content)}`)
  return [text ?? '', ...files].join('\n')
}

async function fileText(name: string, bytes: Uint8Array): Promise<string> {
  if (name.endsWith('.pdf') && isPdf(bytes)) return textOfPdf(Uint8Array.from(bytes))
  if (name.endsWith('.xlsx')) return workbookText(bytes)
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  // A member of a JSON object a line: otherwise a document is one line.
  if (text.startsWith('{')) return text.replace(/,(?="\w+":)/g, ',\n')
  return text.includes('\ufffd') ? `${bytes.length} bytes, ${createHash('sha256').update(bytes).digest('hex')}` : text
}

function isPdf(bytes: Uint8Array): boolean {
  return new TextDecoder('latin1').decode(bytes.subarray(0, 5)) === '%PDF-'
}

/** The parts of a workbook that hold its cells and their formats. */
function workbookText(bytes: Uint8Array): string {
  const parts = Object.entries(unzipSync(bytes)).filter(([name]) => /^xl\/(worksheets|sharedStrings|styles)/.test(name))
  const sorted = parts.sort(([a], [b]) => (a < b ? -1 : 1))
  return sorted
    .map(([name, part]) => `[${name}]\n${new TextDecoder().decode(part).replaceAll('><', '>\n<')}`)
    .join('\n')
}
