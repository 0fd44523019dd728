/**
 * What a file is that no reader of ours reads, by its first bytes, and what to do with it; null for
 * any other file, a workbook (.xlsx) among them. Quotes nothing of the file. Sources: MS-CFB 2.2,
 * MS-XLS 2.4.21 (BOF), MS-OFFCRYPTO 2.3.4.4 (EncryptedPackage), RFC 1952, APPNOTE 4.3.7, and the
 * descriptions of the 7z, RAR, bzip2, xz and tar formats.
 */
export function foreignKind(bytes: Uint8Array): string | null {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 512)).toString('latin1')
  if (start.startsWith('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')) return compoundKind(bytes)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: bytes are what is looked for
  if (/^\x09[\x00\x02\x04\x08][^\0]\0/.test(start)) return OLD_WORKBOOK
  const packed = PACKED.find(([, begins]) => begins.test(start))?.[0]
  return packed === undefined ? null : packedFile(packed)
}

/** The same for an archive that is no workbook, by the names of the files in it. */
export function foreignArchive(names: Iterable<string>): string {
  const inside = new Set(names)
  if (inside.has('xl/workbook.bin')) return `it is a binary workbook (.xlsb): ${SAVE_AS}`
  if (inside.has('content.xml')) return `it is an OpenDocument file (.ods, .odt): ${SAVE_AS}`
  if (inside.has('word/document.xml')) return 'it is a text document (.docx), no table: a person reads those'
  return packedFile('zip')
}

const SAVE_AS = 'have it saved as .xlsx or CSV'
const OLD_WORKBOOK = `it is a workbook of the old kind (.xls): ${SAVE_AS}`

function packedFile(kind: string): string {
  return `it is a packed file (${kind}): unpack it and put in what it holds`
}

/** Names of the packed kinds, and how they begin. A zip with files may be a workbook. */
// biome-ignore-start lint/suspicious/noControlCharactersInRegex: bytes are what is looked for
const PACKED: readonly (readonly [string, RegExp])[] = [
  ['gzip', /^\x1f\x8b/],
  ['7z', /^7z\xbc\xaf\x27\x1c/],
  ['rar', /^Rar!\x1a\x07/],
  ['bzip2', /^BZh[1-9]1AY&SY/],
  ['xz', /^\xfd7zXZ\0/],
  ['zip', /^PK(?:\x05\x06|\x07\x08)/],
  ['tar', /^[\s\S]{257}ustar/],
]
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: bytes are what is looked for

/** Names in a compound file's directory are UTF-16, little endian. */
function compoundKind(bytes: Uint8Array): string {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const holds = (name: string) => file.includes(Buffer.from(`${name}\0`, 'utf16le'))
  if (holds('EncryptedPackage')) return `it is protected with a password: ${SAVE_AS} without one`
  if (holds('Workbook') || holds('Book')) return OLD_WORKBOOK
  if (holds('WordDocument')) return 'it is a text document (.doc), no table: a person reads those'
  return `it is an Office file of the old kind (.xls, .doc) or one with a password: ${SAVE_AS} without one`
}
