import { readFileSync } from 'node:fs'
import path from 'node:path'

const FOLDER = path.join(import.meta.dirname, '../fixtures/field')

/** A document of a shape that was seen in the field, with people invented: its bytes. */
export function fieldBytes(name: string): Uint8Array {
  return new Uint8Array(readFileSync(path.join(FOLDER, name)))
}

/** The same as text. */
export function fieldFile(name: string): string {
  return Buffer.from(fieldBytes(name)).toString('utf8')
}
