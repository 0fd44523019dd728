/** What a PDF may not do when somebody opens it (OWASP ASVS 5.2: files with active content). */
const ACTIVE = new Set(['JavaScript', 'Launch', 'EmbeddedFile', 'EmbeddedFiles', 'RichMedia'])
/** Short enough to turn up in the noise of a picture: looked for outside of streams only. */
const ACTIVE_SHORT = new Set(['JS', 'XFA'])
/** One more than the longest name that is looked for: a longer one is none of them. */
const LONGEST = 14

const SLASH = 0x2f
const HASH = 0x23
const LINE_FEED = 0x0a
const RETURN = 0x0d
const SMALL_E = 0x65
const SMALL_S = 0x73
const STREAM = codes('stream')
const END_STREAM = codes('endstream')

export interface ScannedPdf {
  encrypted: boolean
  active: boolean
  /** Where the data of each object stream begins. */
  objectStreams: number[]
}

/**
 * Goes over the bytes once, from front to back, and looks at each a fixed number of times, whatever
 * they are: a hostile file costs what an honest one of its size costs. Names are read with their
 * `#xx` escapes undone. An object stream is searched by the caller, unpacked.
 */
export function scanPdf(bytes: ArrayLike<number>): ScannedPdf {
  const found: ScannedPdf = { encrypted: false, active: false, objectStreams: [] }
  let inStream = false
  // A stream that never ends hides nothing: what looks short and active in it counts at the end of
  // the file.
  let shortInStream = false
  let objectStreamAhead = false
  let at = 0
  while (at < bytes.length) {
    const code = bytes[at]
    if (code === SLASH || code === HASH) {
      const { name, next } = nameAt(bytes, at)
      at = next
      if (ACTIVE.has(name)) found.active = true
      else if (ACTIVE_SHORT.has(name)) {
        if (inStream) shortInStream = true
        else found.active = true
      } else if (isWord('Encrypt', name)) found.encrypted = true
      else if (isWord('ObjStm', name)) objectStreamAhead = true
    } else if (code === SMALL_E && isAt(bytes, at, END_STREAM)) {
      inStream = false
      shortInStream = false
      at += END_STREAM.length
    } else if (code === SMALL_S && isAt(bytes, at, STREAM)) {
      const start = lineAfter(bytes, at + STREAM.length)
      at = start ?? at + STREAM.length
      if (start === null) continue
      if (objectStreamAhead) found.objectStreams.push(start)
      objectStreamAhead = false
      inStream = true
    } else at += 1
  }
  if (inStream && shortInStream) found.active = true
  return found
}

/**
 * The letters and digits of a name, `next` the first byte behind what was read; an empty name where
 * none begins.
 */
function nameAt(bytes: ArrayLike<number>, at: number): { name: string; next: number } {
  const first = unescaped(bytes, at)
  if (first.code !== SLASH) return { name: '', next: at + 1 }
  let name = ''
  let next = first.next
  while (next < bytes.length && name.length < LONGEST) {
    const { code, next: behind } = unescaped(bytes, next)
    if (!isLetterOrDigit(code)) break
    name += String.fromCharCode(code)
    next = behind
  }
  return { name, next }
}

function unescaped(bytes: ArrayLike<number>, at: number): { code: number; next: number } {
  const code = bytes[at] ?? 0
  if (code !== HASH) return { code, next: at + 1 }
  const high = hexDigit(bytes[at + 1])
  const low = hexDigit(bytes[at + 2])
  return high === null || low === null ? { code, next: at + 1 } : { code: high * 16 + low, next: at + 3 }
}

function hexDigit(code = 0): number | null {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const letter = code | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : null
}

function isLetterOrDigit(code: number): boolean {
  const letter = code | 0x20
  return (code >= 0x30 && code <= 0x39) || (letter >= 0x61 && letter <= 0x7a)
}

/**
 * The word itself, or the word with digits behind it: nobody writes `/Encrypt5 0 R`, but readers
 * take it.
 */
function isWord(word: string, name: string): boolean {
  return name.startsWith(word) && !/[A-Za-z]/.test(name[word.length] ?? '')
}

function isAt(bytes: ArrayLike<number>, at: number, word: number[]): boolean {
  return word.every((code, index) => bytes[at + index] === code)
}

/** Where the line behind a keyword begins; null when something else stands there. */
function lineAfter(bytes: ArrayLike<number>, at: number): number | null {
  if (bytes[at] === LINE_FEED) return at + 1
  return bytes[at] === RETURN && bytes[at + 1] === LINE_FEED ? at + 2 : null
}

function codes(word: string): number[] {
  return [...Buffer.from(word)]
}
