import { check276, check277, check837, expect, type Piece } from './x12CheckerLoops.ts'

/**
 * Checks 837D, 276, 277, 277CA and TA1 files by rules of its own: it shares no code with adapters/
 * or sandbox/, on purpose. Answers what is wrong, a sentence each; an empty list is a good file.
 */
export function checkX12(text: string): string[] {
  const errors: string[] = []
  let rest = text
  do {
    if (!rest.startsWith('ISA')) return [...errors, 'no ISA where an interchange should begin']
    rest = checkInterchange(rest, errors)
  } while (rest !== '')
  return errors
}

/** Where the element separators of the fixed-width ISA stand. */
const ISA_SEPARATORS = [3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103]

/** Answers what follows the interchange. */
function checkInterchange(text: string, errors: string[]): string {
  const separator = text.charAt(3)
  const terminator = text.charAt(105)
  if (ISA_SEPARATORS.some((place) => text[place] !== separator)) errors.push('ISA is not fixed width')
  const pieces: Piece[] = []
  let from = 0
  while (from < text.length) {
    const to = text.indexOf(terminator, from)
    if (to === -1) {
      errors.push('the last segment has no terminator')
      return ''
    }
    const piece = text.slice(from, to).split(separator)
    pieces.push(piece)
    from = to + 1
    while (text[from] === '\r' || text[from] === '\n') from += 1
    if (piece[0] === 'IEA') break
  }
  checkEnvelope(pieces, text.charAt(104), errors)
  return text.slice(from)
}

function checkEnvelope(pieces: Piece[], component: string, errors: string[]): void {
  const isa = pieces[0] ?? []
  const iea = pieces.at(-1) ?? []
  expect(/^\d{9}$/.test(isa[13] ?? ''), 'ISA13 is not nine digits', errors)
  expect(isa[15] === 'P' || isa[15] === 'T', 'ISA15 is neither P nor T', errors)
  expect(isa[12] === '00501', 'ISA12 is not 00501', errors)
  expect(iea[0] === 'IEA' && iea[2] === isa[13], 'IEA02 is not ISA13', errors)
  const groups = pieces.filter((piece) => piece[0] === 'GS')
  expect(Number(iea[1]) === groups.length, 'IEA01 is not the number of groups', errors)
  for (const ta1 of pieces.filter((piece) => piece[0] === 'TA1')) checkTa1(ta1, errors)
  let group: Piece | null = null
  let inGroup = 0
  let transaction: Piece[] | null = null
  const seen = new Set<string>()
  for (const piece of pieces.slice(1, -1)) {
    transaction?.push(piece)
    if (piece[0] === 'GS') {
      group = piece
      inGroup = 0
      seen.clear()
    } else if (piece[0] === 'ST') {
      expect(group !== null, 'ST outside a group', errors)
      expect(!seen.has(piece[2] ?? ''), 'ST02 is used twice', errors)
      seen.add(piece[2] ?? '')
      transaction = [piece]
      inGroup += 1
    } else if (piece[0] === 'SE') {
      if (transaction !== null) checkTransaction(transaction, { se: piece, gs: group ?? [] }, component, errors)
      transaction = null
    } else if (piece[0] === 'GE') {
      expect(transaction === null, 'GE inside a transaction', errors)
      expect(group !== null && piece[2] === group[6], 'GE02 is not GS06', errors)
      expect(Number(piece[1]) === inGroup, 'GE01 is not the number of transactions', errors)
      group = null
    }
  }
  expect(group === null, 'a group has no GE', errors)
  expect(transaction === null, 'a transaction has no SE', errors)
}

/** TA1*interchange*date*time*verdict*note. */
function checkTa1(ta1: Piece, errors: string[]): void {
  expect(/^\d{9}$/.test(ta1[1] ?? ''), 'TA101 is not nine digits', errors)
  expect(/^\d{6}$/.test(ta1[2] ?? ''), 'TA102 is not a date', errors)
  expect(/^\d{4}$/.test(ta1[3] ?? ''), 'TA103 is not a time', errors)
  expect(/^[AER]$/.test(ta1[4] ?? ''), 'TA104 is not A, E or R', errors)
  expect(/^0\d\d$/.test(ta1[5] ?? ''), 'TA105 is not a note code', errors)
}

/** ST01 with its GS01 and guide (formats.md 1). */
const GUIDES: Record<string, [group: string, guide: string][]> = {
  '837': [['HC', '005010X224A2']],
  '276': [['HR', '005010X212']],
  '277': [
    ['HN', '005010X212'],
    ['HN', '005010X214'],
  ],
  '835': [['HP', '005010X221A1']],
  '999': [['FA', '005010X231A1']],
}

function checkTransaction(
  all: Piece[],
  { se, gs }: { se: Piece; gs: Piece },
  component: string,
  errors: string[],
): void {
  const st = all[0] ?? []
  const kind = st[1] ?? ''
  expect(Number(se[1]) === all.length, `SE01 is not the ${all.length} segments of the ${kind}`, errors)
  expect(se[2] === st[2], 'SE02 is not ST02', errors)
  expect(
    (GUIDES[kind] ?? []).some(([group, guide]) => group === gs[1] && guide === gs[8]),
    `GS does not fit a ${kind}`,
    errors,
  )
  // ST03 is not used in an 835.
  expect(kind === '835' || st[3] === gs[8], 'ST03 is not GS08', errors)
  for (const piece of all) expect(piece.at(-1) !== '', `${piece[0]} ends with an empty element`, errors)
  checkLevels(all, errors)
  if (kind === '837') check837(all, component, errors)
  if (kind === '276') check276(all, errors)
  if (kind === '277') check277(all, gs[8] ?? '', component, errors)
}

/** HL03 of a child and of its parent. */
const PARENT_LEVELS: Record<string, string> = { '20': '', '21': '20', '22': '20', '19': '21', '23': '22', PT: '19' }

/**
 * HL01 counts up, HL02 names an earlier level of the right kind, HL04 tells whether children
 * follow.
 */
function checkLevels(all: Piece[], errors: string[]): void {
  const levels = all.filter((piece) => piece[0] === 'HL')
  // In a claim the subscriber hangs under the billing provider (20), in an inquiry under the
  // provider of service (19).
  const parents = levels.some((level) => level[3] === '19') ? { ...PARENT_LEVELS, '22': '19' } : PARENT_LEVELS
  for (const [index, level] of levels.entries()) {
    const name = `HL ${level[1]}`
    const expected = parents[level[3] ?? '']
    const parent = levels.slice(0, index).find((other) => other[1] === level[2])
    expect(level[1] === String(index + 1), `${name} is not number ${index + 1}`, errors)
    expect(expected !== undefined, `${name} has an unknown level`, errors)
    if (expected === '') expect((level[2] ?? '') === '', `${name} is a root with a parent`, errors)
    else if (parent === undefined) errors.push(`${name} names no earlier parent`)
    else expect(parent[3] === expected, `${name} has a parent of the wrong level`, errors)
    const children = levels.some((other) => other[2] === level[1])
    if ((level[4] ?? '') !== '')
      expect(level[4] === (children ? '1' : '0'), `${name}: HL04 does not tell its children`, errors)
  }
}
