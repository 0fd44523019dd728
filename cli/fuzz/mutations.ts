/**
 * What a mutation does to a document; the oracle (oracle.ts) asks more of some kinds than of
 * others.
 */
export const MUTATIONS = [
  'truncate',
  'drop-unit',
  'repeat-unit',
  'swap-units',
  'one-cent',
  'cut-bytes',
  'flip-byte',
  'insert-bytes',
  'swap-numbers',
  'other-charset',
  'entity',
  'change-case',
] as const
export type Mutation = (typeof MUTATIONS)[number]

/** Numbers in [0, 1). */
type Random = () => number

/** The document with one mutation of that kind; null when there is nothing that it could change. */
export function mutated(bytes: Uint8Array, mutation: Mutation, random: Random): Uint8Array | null {
  const changed = CHANGES[mutation](Buffer.from(bytes), random)
  return changed === null || changed.equals(bytes) ? null : new Uint8Array(changed)
}

const CHANGES: Readonly<Record<Mutation, (bytes: Buffer, random: Random) => Buffer | null>> = {
  truncate: (bytes, random) => bytes.subarray(0, below(bytes.length, random)),
  'drop-unit': (bytes, random) => onUnits(bytes, random, (units, at) => units.splice(at, 1)),
  'repeat-unit': (bytes, random) => onUnits(bytes, random, (units, at) => units.splice(at, 0, units[at] ?? '')),
  'swap-units': (bytes, random) =>
    onUnits(bytes, random, (units, at) => {
      const other = below(units.length, random)
      const [one, two] = [units[at] ?? '', units[other] ?? '']
      units[at] = two
      units[other] = one
    }),
  'one-cent': oneCent,
  'cut-bytes': (bytes, random) => {
    const from = below(bytes.length, random)
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + 1 + below(8, random))])
  },
  'flip-byte': (bytes, random) => {
    const changed = Buffer.from(bytes)
    const at = below(changed.length, random)
    changed[at] = random() < 0.5 ? (changed[at] ?? 0) ^ (1 << below(8, random)) : below(256, random)
    return changed
  },
  'insert-bytes': (bytes, random) => {
    const at = below(bytes.length + 1, random)
    const piece = PIECES[below(PIECES.length, random)] ?? ''
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(piece, 'latin1'), bytes.subarray(at)])
  },
  'swap-numbers': swapNumbers,
  'other-charset': (bytes, random) => {
    const text = bytes.toString('utf8')
    const charset = (['utf16le', 'latin1', 'utf8'] as const)[below(3, random)] ?? 'utf8'
    // As utf8: every third letter of the text gets an accent, which is two bytes.
    return Buffer.from(charset === 'utf8' ? text.replace(/e/g, 'é') : text, charset)
  },
  entity: (bytes, random) => {
    const text = bytes.toString('latin1')
    const at = below(text.length + 1, random)
    const piece = ENTITIES[below(ENTITIES.length, random)] ?? ''
    return Buffer.from(`${text.slice(0, at)}${piece}${text.slice(at)}`, 'latin1')
  },
  'change-case': (bytes, random) => {
    const text = bytes.toString('latin1')
    const at = below(text.length, random)
    const piece = text.slice(at, at + 1 + below(20, random))
    const other = random() < 0.5 ? piece.toLowerCase() : piece.toUpperCase()
    return Buffer.from(text.slice(0, at) + other + text.slice(at + piece.length), 'latin1')
  },
}

const PIECES = [
  '\0',
  '\r\n',
  '\n',
  '~',
  '*',
  ':',
  '"',
  ',',
  '<',
  '{',
  '[',
  '\xff\xfe',
  '\xef\xbb\xbf',
  '\xc3',
  '0',
  '-',
  '.',
  ' ',
  '=1+1',
  '}'.repeat(40),
]
const ENTITIES = [
  '&amp;',
  '&lol9;',
  '&#0;',
  '&#x31;',
  '<!DOCTYPE a [<!ENTITY b "bbbb">]>',
  '<![CDATA[1]]>',
  '<!--1-->',
  '\\u0031',
  '"__proto__":{},',
  '<xi:include href="file:///etc/passwd"/>',
]

/** Units are X12 segments, and lines or tags of everything else. */
function onUnits(bytes: Buffer, random: Random, change: (units: string[], at: number) => void): Buffer | null {
  const text = bytes.toString('latin1')
  const units = text.match(/^\s*ISA/i)
    ? text.split(/(?<=~)/)
    : text.split(text.includes('\n') ? /(?<=\n)/ : /(?<=[>,}])/)
  if (units.length < 3) return null
  change(units, below(units.length, random))
  return Buffer.from(units.join(''), 'latin1')
}

/** Anything that looks like an amount. */
const AMOUNT = /(?<![\w.])-?\d{1,9}(?:\.\d{1,3})?(?![\w.])/g

/** One amount a cent more or less, written with two decimals. */
function oneCent(bytes: Buffer, random: Random): Buffer | null {
  const text = bytes.toString('latin1')
  const found = [...text.matchAll(AMOUNT)]
  const match = found[below(found.length, random)]
  if (match === undefined) return null
  const cents = Math.round(Number(match[0]) * 100) + (random() < 0.5 ? 1 : -1)
  return Buffer.from(
    `${text.slice(0, match.index)}${(cents / 100).toFixed(2)}${text.slice(match.index + match[0].length)}`,
    'latin1',
  )
}

function swapNumbers(bytes: Buffer, random: Random): Buffer | null {
  const text = bytes.toString('latin1')
  const found = [...text.matchAll(AMOUNT)]
  const [one, two] = [found[below(found.length, random)], found[below(found.length, random)]].sort(
    (a, b) => (a?.index ?? 0) - (b?.index ?? 0),
  )
  if (one === undefined || two === undefined || one[0] === two[0]) return null
  const between = text.slice(one.index + one[0].length, two.index)
  return Buffer.from(
    `${text.slice(0, one.index)}${two[0]}${between}${one[0]}${text.slice(two.index + two[0].length)}`,
    'latin1',
  )
}

function below(limit: number, random: Random): number {
  return Math.floor(random() * limit)
}
