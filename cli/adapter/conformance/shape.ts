import { parse } from 'csv-parse/sync'
import type { ReadableText } from './texts.ts'

/**
 * A document's structure without its values, as somebody else's reader sees it: what a forged name
 * would change.
 */
export function shapeOf({ kind, text }: ReadableText): string {
  switch (kind) {
    case 'x12':
      return text
        .split(/~\s*/)
        .map((segment) => `${segment.split('*')[0]}${segment.split('*').length}`)
        .join(' ')
    case 'json':
      return keysOf(JSON.parse(text))
    case 'xml':
      return (text.replaceAll(/<!\[CDATA\[.*?\]\]>/gs, '').match(/<[/!?]?[\w:.-]*/g) ?? []).join('')
    case 'csv':
      return rowsOf(text)
    case 'text':
      return ''
  }
}

function keysOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '.'
  return `{${Object.entries(value)
    .map(([key, inner]) => `${key}${keysOf(inner)}`)
    .join(' ')}}`
}

/** Columns of each row, and which cells a spreadsheet would run as a formula. */
function rowsOf(text: string): string {
  const delimiter = [',', ';', '\t', '|'].find((sign) => text.split('\n')[0]?.includes(sign)) ?? ','
  const rows = parse(text, { delimiter, relax_column_count: true, bom: true }) as string[][]
  return rows
    .map((row) => `${row.length}${row.some((cell) => /^[=@\t\r]|^[+-](?![\d.])/.test(cell)) ? 'formula' : ''}`)
    .join(' ')
}
