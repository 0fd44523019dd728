/**
 * The rows of a text with semicolons by column name; null when it is none. Own code, not the
 * adapters'.
 */
export function readCsv(text: string): Record<string, string>[] | null {
  const rows: string[][] = [[]]
  let cell = ''
  let quoted = false
  const endCell = () => {
    rows.at(-1)?.push(cell)
    cell = ''
  }
  for (let at = text.startsWith('\ufeff') ? 1 : 0; at < text.length; at += 1) {
    const sign = text[at] ?? ''
    if (quoted && sign === '"' && text[at + 1] === '"') {
      cell += '"'
      at += 1
    } else if (sign === '"') quoted = !quoted
    else if (!quoted && sign === ';') endCell()
    else if (!quoted && sign === '\n') {
      endCell()
      rows.push([])
    } else if (quoted || sign !== '\r') cell += sign
  }
  if (quoted) return null
  if (cell !== '' || (rows.at(-1)?.length ?? 0) > 0) endCell()
  const [columns, ...others] = rows.filter((row) => row.length > 0)
  if (columns === undefined) return null
  return others.map((row) => Object.fromEntries(columns.map((column, index) => [column, unquoted(row[index] ?? '')])))
}

/** A spreadsheet's apostrophe in front of what looks like a formula. */
function unquoted(cell: string): string {
  return /^'[=+\-@]/.test(cell) ? cell.slice(1) : cell
}
