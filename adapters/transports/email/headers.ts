/** A longer header is no mail of a claims desk, and reading it would only cost. */
const LARGEST_HEADER_BYTES = 256 * 1024

/** One header field, unfolded; names in lower case. */
export interface HeaderField {
  name: string
  value: string
}

/** The fields of a message's own header, top first; null when it has no end within reason. */
export function headerOf(raw: Uint8Array): HeaderField[] | null {
  const head = Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.byteLength, LARGEST_HEADER_BYTES)).toString(
    'latin1',
  )
  const end = /\r?\n\r?\n/.exec(head)
  if (end === null && raw.byteLength > head.length) return null
  const lines = (end === null ? head : head.slice(0, end.index)).split(/\r?\n/)
  const fields: HeaderField[] = []
  for (const line of lines) {
    const last = fields.at(-1)
    if (/^[ \t]/.test(line) && last !== undefined) last.value += ` ${line.trim()}`
    const colon = line.indexOf(':')
    if (!/^[ \t]/.test(line) && colon > 0)
      fields.push({ name: line.slice(0, colon).trim().toLowerCase(), value: line.slice(colon + 1).trim() })
  }
  return fields
}

export function valuesOf(fields: HeaderField[], name: string): string[] {
  return fields.filter((field) => field.name === name).map((field) => field.value)
}
