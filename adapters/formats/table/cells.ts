/**
 * A cell as a reader found it. Text is as it stands; numbers and days come from formats that know
 * them (XLSX), so no setting applies to them.
 */
export type Cell =
  | { kind: 'text'; text: string }
  /** Decimal digits with a point. */
  | { kind: 'number'; digits: string }
  /** YYYY-MM-DD */
  | { kind: 'day'; day: string }

/** What a file of rows holds, or why it cannot be read. `because` quotes nothing of it. */
export type Table = { ok: true; rows: (Cell | null)[][] } | { ok: false; because: string }

/** Largest files that we read: a remittance of 20,000 lines has 3 MB. */
export const LIMITS = { bytes: 10_000_000, rows: 50_000, columns: 200 } as const

/**
 * Spreadsheet programs take a text that starts like this for a formula and may run it (source:
 * OWASP CSV injection, ASVS 1.2.10).
 */
const FORMULA = /^'*[=+\-@＝＋－＠]/

/**
 * A text as a cell may hold it: one line without control characters (so no tab or line break in
 * front either), and with a `'` in front where a spreadsheet program would take it for a formula.
 * Numbers are not texts: they are written as numbers, whatever their sign.
 */
export function safeText(text: string): string {
  const line = lineOf(text)
  return FORMULA.test(line) ? `'${line}` : line
}

/** A text as one line without control characters. */
export function lineOf(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()
}

/** The line behind `safeText`. */
export function plainText(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell
}

/** A cell as text, without the blanks around it. */
export function textOf(cell: Cell): string {
  switch (cell.kind) {
    case 'text':
      return plainText(cell.text.trim())
    case 'number':
      return cell.digits
    case 'day':
      return cell.day
  }
}
