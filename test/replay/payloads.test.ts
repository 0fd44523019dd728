import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const folder = path.join(import.meta.dirname, '../histories')
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'))

/** Temporal refuses a payload of 2 MB; ids, codes and amounts need no more than this. */
const MOST_BYTES = 4_000
/** The longest word that may be in one: a sentence of ours, never a document. */
const MOST_LETTERS = 300

it('G9 whatever is claimed and however it travels, Temporal carries ids, codes and amounts: no bytes', () => {
  expect(files.length).toBeGreaterThan(30)
  const payloads = files.flatMap((file) => payloadsOf(JSON.parse(readFileSync(path.join(folder, file), 'utf8'))))
  expect(payloads.length).toBeGreaterThan(1_000)
  expect(Math.max(...payloads.map(({ length }) => length))).toBeLessThan(MOST_BYTES)
  const words = payloads.flatMap((payload) => wordsOf(JSON.parse(payload || 'null')))
  expect(words.filter((word) => word.length > MOST_LETTERS || /ISA\*|<\?xml|%PDF|resourceType/.test(word))).toEqual([])
})

/** The data of every payload of a history, decoded. */
function payloadsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  if ('data' in value && 'metadata' in value && typeof value.data === 'string')
    return [Buffer.from(value.data, 'base64').toString()]
  return Object.values(value).flatMap(payloadsOf)
}

function wordsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(wordsOf) : []
}
