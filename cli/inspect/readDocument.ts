import { foreignKind } from '../../adapters/formats/foreignKind.ts'
import type { Reading } from './report.ts'

/**
 * Reads a document by what its bytes are; its name doesn't count. Never throws for what stands in
 * it. Each reader is loaded when it is needed: their libraries cost more than most documents.
 */
export async function readDocument(bytes: Uint8Array): Promise<Reading> {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, LOOK_AT)).toString('latin1')
  try {
    if (bytes.length === 0 || !MAIL.test(start)) return await readFile(bytes)
    const { readMailFile } = await import('./mail/readMailFile.ts')
    return await readMailFile(bytes, readFile)
  } catch (error) {
    if (error instanceof RangeError && error.message === 'amount beyond the safe range')
      return unreadable('application/octet-stream', 'its amounts add up to more than any payment')
    throw error
  }
}

const LOOK_AT = 4096
/** One header line of those that every mail has, before any blank line. */
const MAIL =
  /^(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*(?:From|Date|Message-ID|Received|Return-Path|MIME-Version|Subject):[^\n]*\n/i

/** The same without mails: a mail within a mail is a person's. */
async function readFile(bytes: Uint8Array): Promise<Reading> {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, LOOK_AT)).toString('latin1')
  // A byte order mark, and whatever blanks and control characters senders put in front.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is skipped
  const text = start.replace(/^(?:\xef\xbb\xbf)?[\x00-\x20]*/, '')
  const foreign = foreignKind(bytes)
  if (foreign !== null) return unreadable('application/octet-stream', foreign)
  if (bytes.length === 0) return unreadable('application/octet-stream', 'the file is empty')
  if (text === '') return unreadable('application/octet-stream', 'the file holds nothing but blanks')
  if (/^(?:\xff\xfe|\xfe\xff)?(?:<\0|\0<)/.test(start)) return (await import('./xml/readXmlFile.ts')).readXmlFile(bytes)
  if (/^(?:\xff\xfe|\xfe\xff)(?:\0?[{[<]|\0?I\0?S\0?A)/.test(start))
    return unreadable('text/plain', 'it is UTF-16: X12 and JSON are read in UTF-8')
  if (/^(?:ISA|GS|ST)[^A-Za-z0-9\s]/i.test(text)) return (await import('./x12/readX12File.ts')).readX12File(bytes)
  if (/^[{[]/.test(text)) return (await import('./fhir/readFhirFile.ts')).readFhirFile(bytes)
  if (text.startsWith('<')) return (await import('./xml/readXmlFile.ts')).readXmlFile(bytes)
  if (start.startsWith('PK\x03\x04')) return (await import('./table/readTableFile.ts')).readXlsxFile(bytes)
  if (text.startsWith('%PDF-')) return unreadable('application/pdf', 'a PDF: a person reads those')
  return (await import('./table/readTableFile.ts')).readCsvFile(bytes)
}

function unreadable(mediaType: string, because: string): Reading {
  return { readable: false, mediaType, because }
}
