import { inflateSync } from 'node:zlib'

/** What a PDF may not do when somebody opens it (OWASP ASVS 5.2: files with active content). */
const ACTIVE = /\/(JavaScript|Launch|EmbeddedFiles?|RichMedia)(?![A-Za-z0-9])/
/** Short enough to turn up in the noise of a picture: looked for outside of streams only. */
const ACTIVE_SHORT = /\/(JS|XFA)(?![A-Za-z0-9])/

/** Object streams are small lists of objects: what is larger when unpacked is a bomb. */
const MOST_UNPACKED = 8_000_000

/** Why a PDF is refused, or null. Names are read with their `#xx` escapes undone, also inside compressed object streams. */
export function pdfProblem(bytes: Buffer): string | null {
  const text = bytes.toString('latin1')
  if (!text.slice(-2048).includes('%%EOF')) return 'the PDF is cut off'
  if (/\/Encrypt(?![A-Za-z])/.test(names(text))) return 'the PDF is encrypted: nobody can check or read it'
  const outside = text.replace(/stream\r?\n[\s\S]*?endstream/g, '')
  if (isActive(names(text), names(outside))) return 'the PDF has a script, a launch action or an embedded file'
  return packedProblem(bytes, text)
}

function packedProblem(bytes: Buffer, text: string): string | null {
  let left = MOST_UNPACKED
  for (const match of text.matchAll(/\/ObjStm(?![A-Za-z])/g)) {
    const start = /stream\r?\n/g
    start.lastIndex = match.index
    if (start.exec(text) === null) continue
    const unpacked = unpack(bytes.subarray(start.lastIndex), left)
    if (unpacked === null) return 'the PDF has an object stream that cannot be checked'
    left -= unpacked.length
    if (isActive(names(unpacked), names(unpacked))) return 'the PDF has a script, a launch action or an embedded file'
  }
  return null
}

function isActive(everywhere: string, outside: string): boolean {
  return ACTIVE.test(everywhere) || ACTIVE_SHORT.test(outside)
}

function unpack(stream: Buffer, most: number): string | null {
  try {
    return inflateSync(stream, { maxOutputLength: Math.max(most, 1) }).toString('latin1')
  } catch {
    return null
  }
}

function names(text: string): string {
  return text.replace(/#([0-9A-Fa-f]{2})/g, (_escape, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
