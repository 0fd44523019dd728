import iconv from 'iconv-lite'

export type XmlText = { ok: true; text: string } | { ok: false; because: string }

/**
 * The text of a document whose encoding is beyond doubt: UTF-16 by its mark or its first character,
 * UTF-8, or a declared charset of one byte a character. What declares another encoding than it has
 * is read where both give the same text, or where its bytes cannot be what it declares. The
 * declaration of the text says UTF-8, so that no parser decodes it again. Source: XML 1.0, appendix
 * F.
 */
export function textOfXml(bytes: Uint8Array): XmlText {
  const wide = wideCharset(bytes)
  if (wide !== null) {
    const text = decoded(bytes, wide)
    return text === null ? refused('it is not the UTF-16 that it begins with, or it is cut') : read(text)
  }
  const text = decoded(bytes, 'utf-8')
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 200)).toString('latin1')
  const charset = DECLARED.exec(start)?.[2]?.toLowerCase() ?? 'utf-8'
  if (text === null) return ofOneByte(bytes, charset)
  if (/^utf-?8$/.test(charset)) return read(text)
  // Bytes that are UTF-8 and hold no NUL cannot be UTF-16, whatever the declaration says.
  if (/^(?:utf-?16|ucs-?2|iso-10646-ucs-2)(?:le|be)?$/.test(charset) && !text.includes('\0')) return read(text)
  const isAscii = bytes.every((byte) => byte < 0x80)
  return isAscii && ONE_BYTE.has(charset) ? read(text) : refused('it says that it is not in UTF-8')
}

const DECLARED = /^((?:\xef\xbb\xbf)?<\?xml[^>]{0,100}?\sencoding\s*=\s*["'])([^"']{0,40})(?=["'])/

/** Charsets whose first half is ASCII, and that are read where they are declared. */
const ONE_BYTE = new Set(['us-ascii', 'iso-8859-1', 'iso-8859-6', 'iso-8859-15', 'windows-1252', 'windows-1256'])

function wideCharset(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const [first, second] = bytes
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le'
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return 'utf-16be'
  return null
}

/**
 * Bytes that are no UTF-8 are what they declare, where every one of them stands for a character.
 */
function ofOneByte(bytes: Uint8Array, charset: string): XmlText {
  if (!ONE_BYTE.has(charset) || charset === 'us-ascii') return refused('it is not in UTF-8')
  const text = iconv.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), charset)
  return /[\ufffd\u0080-\u009f]/.test(text) ? refused(`it is not in ${charset}, which it declares`) : read(text)
}

/** A byte order mark is not content. Null when the bytes are none of that charset. */
function decoded(bytes: Uint8Array, charset: 'utf-8' | 'utf-16le' | 'utf-16be'): string | null {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

function read(text: string): XmlText {
  return { ok: true, text: text.replace(DECLARED, '$1UTF-8') }
}

function refused(because: string): XmlText {
  return { ok: false, because }
}
