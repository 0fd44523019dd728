import { foreignKind } from '../foreignKind.ts'

/**
 * A JSON value whose numbers are kept as their source text: an amount is never a float on its way
 * to minor units.
 */
export type JsonValue = string | boolean | null | JsonValue[] | JsonObject
export interface JsonObject {
  [name: string]: JsonValue
}

export type ReadJson = { ok: true; value: JsonValue } | { ok: false; because: string }

/** Deeper than any FHIR resource; a hostile one is refused before it costs a stack. */
const DEEPEST = 64
const MOST_VALUES = 1_000_000
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const LONGEST_NUMBER = 64

const sources = new WeakMap<object, { text: string; start: number; end: number }>()

/**
 * Reads UTF-8 JSON and refuses what means two things: repeated names, `__proto__`, text that is no
 * text. Never throws; `because` quotes nothing of the document.
 */
export function readJson(bytes: Uint8Array): ReadJson {
  const foreign = foreignKind(bytes)
  if (foreign !== null) return { ok: false, because: foreign }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const reader: Reader = { text, at: 0, values: 0 }
    skipSpace(reader)
    if (reader.at === text.length) return { ok: false, because: 'it is empty' }
    if (text[reader.at] === '<') return { ok: false, because: 'it is a page of HTML or XML, not JSON' }
    const value = readValue(reader, 0)
    skipSpace(reader)
    return reader.at === text.length
      ? { ok: true, value }
      : { ok: false, because: `not JSON from character ${reader.at}` }
  } catch (error) {
    if (error instanceof Malformed) return { ok: false, because: error.message }
    return { ok: false, because: 'it is not UTF-8' }
  }
}

/** The exact characters of an object that `readJson` made. */
export function sourceOf(value: JsonObject): string {
  const source = sources.get(value)
  if (!source) throw new Error('only an object that readJson made has a source')
  return source.text.slice(source.start, source.end)
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

interface Reader {
  text: string
  at: number
  values: number
}

class Malformed extends Error {}

function malformed(reader: Reader): Malformed {
  return new Malformed(`not JSON from character ${reader.at}`)
}

function readValue(reader: Reader, depth: number): JsonValue {
  reader.values += 1
  if (depth > DEEPEST) throw new Malformed('it is nested too deeply')
  if (reader.values > MOST_VALUES) throw new Malformed('it has too many values')
  switch (reader.text[reader.at]) {
    case '{':
      return readObject(reader, depth)
    case '[':
      return readArray(reader, depth)
    case '"':
      return readString(reader)
    case 't':
      return readWord(reader, 'true', true)
    case 'f':
      return readWord(reader, 'false', false)
    case 'n':
      return readWord(reader, 'null', null)
    case undefined:
      throw malformed(reader)
    default:
      return readNumber(reader)
  }
}

function readObject(reader: Reader, depth: number): JsonObject {
  const start = reader.at
  const object: JsonObject = Object.create(null) as JsonObject
  step(reader)
  if (reader.text[reader.at] !== '}') {
    for (;;) {
      if (reader.text[reader.at] !== '"') throw malformed(reader)
      const name = readString(reader)
      if (name === '__proto__') throw new Malformed('it has a forbidden name')
      if (name in object) throw new Malformed('it says the same name twice')
      skipSpace(reader)
      expect(reader, ':')
      object[name] = readValue(reader, depth + 1)
      skipSpace(reader)
      if (reader.text[reader.at] !== ',') break
      step(reader)
    }
  }
  if (reader.text[reader.at] !== '}') throw malformed(reader)
  reader.at += 1
  sources.set(object, { text: reader.text, start, end: reader.at })
  return object
}

function readArray(reader: Reader, depth: number): JsonValue[] {
  const array: JsonValue[] = []
  step(reader)
  if (reader.text[reader.at] !== ']') {
    for (;;) {
      array.push(readValue(reader, depth + 1))
      skipSpace(reader)
      if (reader.text[reader.at] !== ',') break
      step(reader)
    }
  }
  if (reader.text[reader.at] !== ']') throw malformed(reader)
  reader.at += 1
  return array
}

function readString(reader: Reader): string {
  const start = reader.at
  let escaped = false
  for (let at = start + 1; at < reader.text.length; at += 1) {
    const unit = reader.text.charCodeAt(at)
    if (unit === 0x22) {
      reader.at = at + 1
      return escaped ? unescaped(reader.text.slice(start, at + 1)) : reader.text.slice(start + 1, at)
    }
    if (unit === 0x5c) {
      escaped = true
      at += 1
    } else if (unit < 0x20) throw malformed({ ...reader, at })
  }
  throw malformed(reader)
}

/** Escapes can spell what no text has: NUL and half characters, which Postgres refuses as well. */
function unescaped(quoted: string): string {
  let text: string
  try {
    text = JSON.parse(quoted) as string
  } catch {
    throw new Malformed('it has a malformed escape')
  }
  if (text.includes('\u0000') || /\p{Surrogate}/u.test(text)) throw new Malformed('it has text that is no text')
  return text
}

function readNumber(reader: Reader): string {
  NUMBER.lastIndex = reader.at
  const match = NUMBER.exec(reader.text)
  if (!match || match[0].length > LONGEST_NUMBER) throw malformed(reader)
  reader.at += match[0].length
  return match[0]
}

function readWord<T extends boolean | null>(reader: Reader, word: string, value: T): T {
  if (!reader.text.startsWith(word, reader.at)) throw malformed(reader)
  reader.at += word.length
  return value
}

function expect(reader: Reader, character: string): void {
  if (reader.text[reader.at] !== character) throw malformed(reader)
  step(reader)
}

function step(reader: Reader): void {
  reader.at += 1
  skipSpace(reader)
}

function skipSpace(reader: Reader): void {
  for (;;) {
    const unit = reader.text.charCodeAt(reader.at)
    if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return
    reader.at += 1
  }
}
