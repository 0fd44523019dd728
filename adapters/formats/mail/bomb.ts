/** A claims desk's mail is far below all of these. */
const LIMITS = { bytes: 40_000_000, headerBytes: 256 * 1024, separators: 2_000, boundaries: 40, mails: 40 }

/**
 * Why a mail must not be given to a parser: what would cost more to read than any honest mail
 * (failure D7). Null: it may. Looks at the bytes only, once.
 */
export function whyNotRead(raw: Uint8Array): string | null {
  if (raw.length > LIMITS.bytes) return `larger than ${LIMITS.bytes} bytes`
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)
  if (headerEnd(bytes) > LIMITS.headerBytes) return `its header is larger than ${LIMITS.headerBytes} bytes`
  if (count(bytes, '\n--', LIMITS.separators) > LIMITS.separators) return `more than ${LIMITS.separators} parts`
  const text = bytes.toString('latin1')
  if (boundaries(text) > LIMITS.boundaries) return `parts within parts, more than ${LIMITS.boundaries} of them`
  return mentions(text, MAIL_WITHIN, LIMITS.mails) > LIMITS.mails
    ? `mails within mails, more than ${LIMITS.mails} of them`
    : null
}

/** A mail as a part of another needs no boundary: each opens the next by its type alone. */
const MAIL_WITHIN = /message\/(?:rfc822|global)/gi

const CONTENT_TYPE = /^[^\S\n]*content-type[^\S\n]*:/gim

/**
 * How many multiparts may be declared, more rather than fewer: each mention of the word, in letters
 * of any case, and each Content-Type that says it only once its comments are out (`bound(x)ary`),
 * as the parser takes them out. Counts up to one more than the limit.
 */
function boundaries(text: string): number {
  let found = mentions(text, /boundary/gi, LIMITS.boundaries)
  CONTENT_TYPE.lastIndex = 0
  while (found <= LIMITS.boundaries && CONTENT_TYPE.test(text)) {
    const end = headerLineEnd(text, CONTENT_TYPE.lastIndex)
    const value = text.slice(CONTENT_TYPE.lastIndex, end)
    if (!/boundary/i.test(value) && /boundary/i.test(withoutComments(value))) found += 1
    CONTENT_TYPE.lastIndex = end
  }
  return found
}

/** Counts up to one more than `most`. */
function mentions(text: string, of: RegExp, most: number): number {
  let found = 0
  for (const _mention of text.matchAll(of)) {
    found += 1
    if (found > most) break
  }
  return found
}

/** Where a header ends: its lines go on as long as the next one begins with a space. */
function headerLineEnd(text: string, from: number): number {
  for (let at = text.indexOf('\n', from); at >= 0; at = text.indexOf('\n', at + 1)) {
    const next = text[at + 1]
    if (next !== ' ' && next !== '\t') return at + 1
  }
  return text.length
}

/** RFC 5322, 3.2.2: comments nest, and a backslash takes the next character out of play. */
function withoutComments(value: string): string {
  let kept = ''
  let depth = 0
  for (let at = 0; at < value.length; at += 1) {
    const character = value[at]
    if (character === '\\') at += 1
    else if (character === '(') depth += 1
    else if (character === ')' && depth > 0) depth -= 1
    else if (depth === 0) kept += character
  }
  return kept
}

function headerEnd(bytes: Buffer): number {
  const ends = ['\r\n\r\n', '\n\n'].map((end) => bytes.indexOf(end)).filter((at) => at >= 0)
  return ends.length === 0 ? bytes.length : Math.min(...ends)
}

/** Counts up to one more than `most`. */
function count(bytes: Buffer, text: string, most: number): number {
  let found = 0
  for (let at = bytes.indexOf(text); at >= 0 && found <= most; at = bytes.indexOf(text, at + text.length)) found += 1
  return found
}
