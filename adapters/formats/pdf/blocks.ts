import type { Content, ContentTable, TableCell } from 'pdfmake/interfaces.js'
import { GREY, LINE, SHADE } from './print.ts'
import { type Run, runsOf } from './text.ts'

/** Any text of a person or place, in whatever script. */
export function words(text: string): { text: Run[] } {
  return { text: runsOf(text) }
}

export function heading(text: string): Content {
  return {
    text: text.toUpperCase(),
    bold: true,
    fontSize: 7,
    color: GREY,
    characterSpacing: 0.6,
    margin: [0, 10, 0, 3],
  }
}

/** Label and value, one below the other; what is not known is left out. */
export function fields(pairs: [label: string, value: string | undefined][]): Content {
  const known = pairs.filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== '')
  return {
    layout: FIELD_LAYOUT,
    table: {
      widths: [74, '*'],
      body: known.map(([label, value]) => [{ text: label, color: GREY }, words(value)]),
    },
  }
}

/**
 * A table of records with a head that repeats on every page; `widths` and `alignments` by column.
 */
export function grid(columns: BlockColumn[], rows: TableCell[][], foot: TableCell[][] = []): ContentTable {
  const head = columns.map(({ title, right }) => ({ text: title, bold: true, fontSize: 7.5, ...aligned(right) }))
  return {
    layout: {
      hLineWidth: (line, { table }) =>
        line === 0 || line === 1 || line >= table.body.length - foot.length ? 0.8 : 0.4,
      vLineWidth: () => 0,
      hLineColor: () => LINE,
      fillColor: (row) => (row === 0 ? SHADE : null),
      paddingLeft: () => 4,
      paddingRight: () => 4,
      paddingTop: () => 3,
      paddingBottom: () => 2,
    },
    table: {
      headerRows: 1,
      keepWithHeaderRows: 1,
      dontBreakRows: true,
      widths: columns.map(({ width }) => width),
      body: [head, ...rows.map((row) => row.map((cell, index) => placed(cell, columns[index]?.right))), ...foot],
    },
  }
}

export interface BlockColumn {
  title: string
  width: number | 'auto' | '*'
  /** Numbers stand at the right. */
  right?: true
}

/** A shaded box for what nobody may overlook. */
export function notice(content: Content[]): Content {
  return {
    margin: [0, 8, 0, 0],
    layout: {
      ...FIELD_LAYOUT,
      fillColor: () => '#fdf3d7',
      paddingLeft: () => 8,
      paddingTop: () => 6,
      paddingBottom: () => 5,
    },
    table: { widths: ['*'], body: [[{ stack: content }]] },
  }
}

function placed(cell: TableCell, right: true | undefined): TableCell {
  return typeof cell === 'string' ? { text: runsOf(cell), ...aligned(right) } : cell
}

function aligned(right: true | undefined) {
  return right ? { alignment: 'right' as const } : {}
}

const FIELD_LAYOUT = {
  hLineWidth: () => 0,
  vLineWidth: () => 0,
  paddingLeft: () => 0,
  paddingRight: () => 4,
  paddingTop: () => 1,
  paddingBottom: () => 0,
}
