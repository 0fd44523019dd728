import { fileTypeFromBuffer } from 'file-type'
import { pdfProblem } from './pdfProblem.ts'

/**
 * Papers that HMOs take. Recognised by content: what a browser or a person calls the file doesn't
 * count.
 */
const EXTENSIONS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'application/dicom': 'dcm',
}

/** Media types of the files that are taken, and the most bytes of one. */
export const FILES_TAKEN = Object.keys(EXTENSIONS)
export const FILE_LIMIT = 20_000_000

/** More is a pixel flood: the largest panoramic X-rays have about 20 million. */
const MOST_PIXELS = 100_000_000

export type Inspected = { kind: 'ok'; mediaType: string; extension: string } | { kind: 'refused'; because: string }

/** One file and what the request says that it is. */
export interface InspectJob {
  bytes: Uint8Array
  claimed: string
}

/**
 * Looks into the bytes without decompressing an image or running anything. `claimed` is the
 * request's Content-Type.
 */
export async function inspectFile(bytes: Buffer, claimed: string): Promise<Inspected> {
  if (bytes.length === 0) return { kind: 'refused', because: 'the file is empty' }
  const mediaType = (await fileTypeFromBuffer(bytes))?.mime ?? 'unknown'
  const extension = Object.hasOwn(EXTENSIONS, mediaType) ? EXTENSIONS[mediaType] : undefined
  if (extension === undefined)
    return { kind: 'refused', because: 'only PDF, JPEG, PNG and DICOM files can be attached' }
  const said = claimed.split(';')[0]?.trim().toLowerCase() ?? ''
  if (said !== mediaType && said !== 'application/octet-stream') {
    return {
      kind: 'refused',
      because: `the content is ${mediaType}, but the request says ${said.slice(0, 60) || 'nothing'}`,
    }
  }
  const because = problemIn(bytes, mediaType)
  return because === null ? { kind: 'ok', mediaType, extension } : { kind: 'refused', because }
}

/**
 * The name for screens and downloads, never a path: no separators, control or direction characters,
 * at most 120 characters.
 */
export function cleanName(name: string | undefined, extension: string): string {
  const base = (name ?? '').split(/[\\/]/).at(-1) ?? ''
  const clean = base
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}"]/gu, '')
    .replace(/^\.+/, '')
    .trim()
  return clean === '' ? `attachment.${extension}` : [...clean].slice(-120).join('')
}

function problemIn(bytes: Buffer, mediaType: string): string | null {
  switch (mediaType) {
    case 'application/pdf':
      return pdfProblem(bytes)
    case 'image/png':
      return pngProblem(bytes)
    case 'image/jpeg':
      return jpegProblem(bytes)
    default:
      return null
  }
}

function pngProblem(bytes: Buffer): string | null {
  if (bytes.length < 33 || bytes.toString('latin1', 12, 16) !== 'IHDR') return 'the PNG is damaged'
  if (bytes.readUInt32BE(16) * bytes.readUInt32BE(20) > MOST_PIXELS) return 'the image has too many pixels'
  return bytes.subarray(-12).toString('latin1', 4, 8) === 'IEND' ? null : 'the PNG is cut off'
}

/**
 * Walks the segments to the frame header (SOF0–SOF15, without the tables DHT, JPG and DAC between
 * them).
 */
function jpegProblem(bytes: Buffer): string | null {
  if (bytes.lastIndexOf(Buffer.from([0xff, 0xd9])) < 0) return 'the JPEG is cut off'
  let at = 2
  while (at + 9 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0
    const frame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (frame) {
      const pixels = bytes.readUInt16BE(at + 5) * bytes.readUInt16BE(at + 7)
      return pixels > MOST_PIXELS ? 'the image has too many pixels' : null
    }
    // Fill bytes may stand before a marker.
    at += marker === 0xff ? 1 : 2 + bytes.readUInt16BE(at + 2)
  }
  return 'the JPEG is damaged'
}
