import { inflateRawSync } from 'node:zlib'

/** The files of a zip archive by name, or why it is refused. */
export type Unzipped = { ok: true; files: Map<string, Uint8Array> } | { ok: false; because: string }

export interface ZipLimits {
  /** Bytes of all files together, unpacked. */
  unpacked: number
  files: number
}

/**
 * Unpacks the files that `wanted` names (source: PKWARE APPNOTE 4.3). The sizes that the archive's
 * directory states are added up before a byte is unpacked, and no file may become larger than it
 * states: a bomb costs nothing. No ZIP64, encryption, or other methods than stored and deflated.
 */
export function readZip(bytes: Uint8Array, limits: ZipLimits, wanted: (name: string) => boolean): Unzipped {
  const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = zip.lastIndexOf(END)
  if (end < 0 || end + 22 > zip.length) return refused('it is no zip archive, or cut')
  const count = zip.readUInt16LE(end + 10)
  if (count > limits.files) return refused(`more than ${limits.files} files in it`)
  try {
    const entries = directory(zip, zip.readUInt32LE(end + 16), count).filter(({ name }) => wanted(name))
    const unpacked = entries.reduce((sum, { size }) => sum + size, 0)
    if (unpacked > limits.unpacked) return refused(`unpacked it is larger than ${limits.unpacked} bytes`)
    const names = new Set(entries.map(({ name }) => name))
    if (names.size < entries.length) return refused('two files of one name in it')
    return { ok: true, files: new Map(entries.map((entry) => [entry.name, unpack(zip, entry)])) }
  } catch (error) {
    if (error instanceof Encrypted) return refused('it is protected with a password: have it saved without one')
    return refused(
      error instanceof RangeError ? 'the archive is cut or its sizes are false' : 'a file in it cannot be unpacked',
    )
  }
}

class Encrypted extends Error {
  override name = 'Encrypted'
}

interface Entry {
  name: string
  method: number
  packed: number
  size: number
  at: number
}

const END = Buffer.from('PK\x05\x06', 'latin1')
const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50

function directory(zip: Buffer, start: number, count: number): Entry[] {
  const entries: Entry[] = []
  let at = start
  for (let index = 0; index < count; index += 1) {
    if (zip.readUInt32LE(at) !== CENTRAL) throw new RangeError('no directory entry')
    if ((zip.readUInt16LE(at + 8) & 1) === 1) throw new Encrypted()
    const nameLength = zip.readUInt16LE(at + 28)
    entries.push({
      name: zip.toString('utf8', at + 46, at + 46 + nameLength),
      method: zip.readUInt16LE(at + 10),
      packed: zip.readUInt32LE(at + 20),
      size: zip.readUInt32LE(at + 24),
      at: zip.readUInt32LE(at + 42),
    })
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
  return entries
}

function unpack(zip: Buffer, { method, packed, size, at }: Entry): Uint8Array {
  if (zip.readUInt32LE(at) !== LOCAL) throw new RangeError('no file')
  const from = at + 30 + zip.readUInt16LE(at + 26) + zip.readUInt16LE(at + 28)
  if (from + packed > zip.length) throw new RangeError('cut')
  const body = zip.subarray(from, from + packed)
  if (method !== 0 && method !== 8) throw new Error('packed in a way that we do not know')
  // maxOutputLength 0 is not allowed; an empty file has nothing to unpack.
  const file = method === 0 ? body : size === 0 ? Buffer.alloc(0) : inflateRawSync(body, { maxOutputLength: size })
  if (file.length !== size) throw new RangeError('not as long as stated')
  return file
}

function refused(because: string): Unzipped {
  return { ok: false, because }
}
