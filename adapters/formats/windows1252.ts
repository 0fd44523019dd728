import iconv from 'iconv-lite'

/**
 * Text in windows-1252, what Excel on Windows writes: also its curly signs and the euro (0x80 to
 * 0x9f), which Node's own decoder reads as control characters. Null for the five bytes that stand
 * for nothing (source: WHATWG encoding, index windows-1252).
 */
export function fromWindows1252(bytes: Uint8Array): string | null {
  if (!isWindows1252(bytes)) return null
  return iconv.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), 'windows-1252')
}

/** Whether every byte stands for a character, and none for a control character of a text. */
export function isWindows1252(bytes: Uint8Array): boolean {
  return bytes.every((byte) => !UNUSED.has(byte) && (byte >= 0x20 || TEXT.has(byte)))
}

const UNUSED = new Set([0x7f, 0x81, 0x8d, 0x8f, 0x90, 0x9d])
/** Tab, line feed, carriage return. */
const TEXT = new Set([0x09, 0x0a, 0x0d])
