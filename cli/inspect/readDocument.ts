import { readFhirFile } from './fhir/readFhirFile.ts'
import type { Reading } from './report.ts'
import { readX12File } from './x12/readX12File.ts'

/** Reads a document by what its bytes are; its name doesn't count. Never throws for what stands in it. */
export async function readDocument(bytes: Uint8Array): Promise<Reading> {
  if (bytes.length === 0) return unreadable('application/octet-stream', 'the file is empty')
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, LOOK_AT)).toString('latin1')
  if (/^(?:\xff\xfe|\xfe\xff)/.test(start)) return unreadable('text/plain', 'it is UTF-16: documents are read in UTF-8')
  // A byte order mark, and whatever blanks and control characters senders put in front.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is skipped
  const text = start.replace(/^(?:\xef\xbb\xbf)?[\x00-\x20]*/, '')
  if (text === '') return unreadable('application/octet-stream', 'the file holds nothing but blanks')
  if (/^(?:ISA|GS|ST)[^A-Za-z0-9\s]/i.test(text)) return readX12File(bytes)
  if (/^[{[]/.test(text)) return readFhirFile(bytes)
  if (text.startsWith('<')) return (await import('./xml/readXmlFile.ts')).readXmlFile(bytes)
  if (text.startsWith('%PDF-')) return unreadable('application/pdf', 'a PDF: a person reads those')
  return unreadable('application/octet-stream', 'none of the formats that we read: X12, FHIR JSON, XML')
}

const LOOK_AT = 4096

function unreadable(mediaType: string, because: string): Reading {
  return { readable: false, mediaType, because }
}
