import { foreignKind } from '../foreignKind.ts'
import { startEnvelope } from './envelope.ts'
import type { Separators, X12Interchange, X12Problem } from './interchange.ts'
import { separatorsAt } from './separators.ts'

/**
 * A read file. `problems` are about what stands between or instead of interchanges; each
 * interchange has its own.
 */
export interface X12File {
  interchanges: X12Interchange[]
  problems: X12Problem[]
}

/**
 * Reads any stream of interchanges: several ISA, GS or ST in one file, any separators, line ends
 * after terminators, and ST..SE or GS..GE without an envelope, lower case, lines that were wrapped.
 * Never throws: what is wrong is listed.
 */
export function readX12(bytes: Uint8Array): X12File {
  const file: X12File = { interchanges: [], problems: [] }
  const foreign = foreignKind(bytes)
  if (foreign !== null) return { ...file, problems: [{ code: 'malformed', where: 'file', message: foreign }] }
  const text = textOf(bytes)
  let position = skipBlank(text, 0)
  if (position === text.length) file.problems.push({ code: 'malformed', where: 'file', message: 'the file is empty' })
  while (position < text.length) {
    const separators = separatorsAt(text, position)
    if (separators === null) {
      file.problems.push({
        code: 'malformed',
        where: `character ${position + 1}`,
        message: /^ISA[^A-Za-z0-9\s]/i.test(text.slice(position, position + 4))
          ? 'ISA stands here, but not where it ends: its elements, ISA16 or the terminator are missing'
          : 'neither ISA, GS nor ST stands here',
      })
      position = nextInterchange(text, position + 1)
      continue
    }
    const read = readInterchange(text, position, separators)
    file.interchanges.push(read.interchange)
    position = skipBlank(text, read.end)
  }
  return file
}

/** Bytes as text: UTF-8 where it is that, else Latin-1, which fits every byte. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  }
}

function skipBlank(text: string, from: number): number {
  let position = from
  while (position < text.length && text.charCodeAt(position) <= 32) position += 1
  return position
}

function readInterchange(
  text: string,
  start: number,
  separators: Separators,
): { interchange: X12Interchange; end: number } {
  const envelope = startEnvelope(separators)
  let position = start
  let lastEnd = start
  while (position < text.length) {
    if (position > start && isNextInterchange(text, position)) break
    const end = text.indexOf(separators.terminator, position)
    if (end === -1) {
      envelope.problems.push({ code: 'malformed', where: 'last segment', message: 'the file ends inside a segment' })
      // A last segment without its terminator counts only when it is a trailer: that can be checked
      // against its header, while a cut amount looks like a smaller one.
      const rest = text.slice(position).replace(PADDING, '')
      if (/^(?:SE|GE|IEA)\b/i.test(rest)) add(rest)
      lastEnd = position + rest.length
      position = text.length
      break
    }
    add(text.slice(position, end))
    lastEnd = end
    position = skipBlank(text, end + 1)
    if (envelope.ended) break
  }
  // NUL bytes behind an interchange fill up its block; within it they stand for bytes that are
  // lost.
  const nul = text.slice(start, lastEnd).indexOf('\0')
  if (nul >= 0)
    envelope.problems.push({
      code: 'malformed',
      where: `character ${start + nul + 1}`,
      message: 'a NUL byte stands here',
    })
  return { interchange: envelope.finish(), end: position }

  function add(segment: string): void {
    const [id = '', ...elements] = unwrapped(segment).split(separators.element)
    envelope.read([id.toUpperCase(), ...elements])
  }
}

/** What fills a file up behind its last segment. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: NUL bytes are what is looked for
const PADDING = /[\s\x00]+$/

/** Line ends inside a segment come from senders that wrap their files; none of them is data. */
function unwrapped(segment: string): string {
  return /[\r\n]/.test(segment) ? segment.replace(/[\r\n]/g, '') : segment
}

/** The next ISA begins an interchange of its own, whatever is still open. */
function isNextInterchange(text: string, position: number): boolean {
  return /^ISA/i.test(text.slice(position, position + 3)) && separatorsAt(text, position) !== null
}

/** Where the next ISA stands, or the end: what lies before it belongs to nothing. */
function nextInterchange(text: string, from: number): number {
  const search = /\bISA[^A-Za-z0-9\s]/gi
  search.lastIndex = from
  return search.exec(text)?.index ?? text.length
}
