/** A claims desk's mail is far below all of these. */
const LIMITS = { bytes: 40_000_000, headerBytes: 256 * 1024, separators: 2_000, boundaries: 40 }

/**
 * Why a mail must not be given to a parser: what would cost more to read than any honest mail (failure D7). Null: it may. Looks at the bytes only, once.
 */
export function whyNotRead(raw: Uint8Array): string | null {
  if (raw.length > LIMITS.bytes) return `larger than ${LIMITS.bytes} bytes`
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)
  if (headerEnd(bytes) > LIMITS.headerBytes) return `its header is larger than ${LIMITS.headerBytes} bytes`
  if (count(bytes, '\n--', LIMITS.separators) > LIMITS.separators) return `more than ${LIMITS.separators} parts`
  const declared = ['boundary', 'Boundary', 'BOUNDARY'].reduce(
    (sum, word) => sum + count(bytes, word, LIMITS.boundaries),
    0,
  )
  return declared > LIMITS.boundaries ? `parts within parts, more than ${LIMITS.boundaries} of them` : null
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
