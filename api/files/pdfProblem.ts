import { inflateSync } from 'node:zlib'
import { scanPdf } from './scanPdf.ts'

/** Object streams are small lists of objects: what is larger when unpacked is a bomb. */
const MOST_UNPACKED = 8_000_000
/** One holds a hundred objects or more: a file of 20 MB has no honest use for as many streams. */
const MOST_STREAMS = 10_000
/** Readers look for the end of a PDF in its last bytes. */
const TAIL_BYTES = 2_048

const ACTIVE = 'the PDF has a script, a launch action or an embedded file'

/** Why a PDF is refused, or null. Each byte is looked at once, and each unpacked byte once. */
export function pdfProblem(bytes: Buffer): string | null {
  if (!bytes.subarray(-TAIL_BYTES).includes('%%EOF')) return 'the PDF is cut off'
  const { encrypted, active, objectStreams } = scanPdf(bytes)
  if (encrypted) return 'the PDF is encrypted: nobody can check or read it'
  if (active) return ACTIVE
  if (objectStreams.length > MOST_STREAMS) return 'the PDF has too many object streams to be checked'
  return packedProblem(bytes, objectStreams)
}

function packedProblem(bytes: Buffer, objectStreams: number[]): string | null {
  let left = MOST_UNPACKED
  for (const start of objectStreams) {
    const unpacked = unpack(bytes.subarray(start), left)
    if (unpacked === null) return 'the PDF has an object stream that cannot be checked'
    left -= unpacked.length
    if (scanPdf(unpacked).active) return ACTIVE
  }
  return null
}

/** Reads no further than the packed data goes. */
function unpack(stream: Buffer, most: number): Buffer | null {
  try {
    return inflateSync(stream, { maxOutputLength: Math.max(most, 1) })
  } catch {
    return null
  }
}
