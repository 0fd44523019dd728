import { open } from 'node:fs/promises'

/** Larger files are refused before a byte is read: 10,000 paid claims are 10 MB. */
export const LARGEST_BYTES = 50_000_000

export type FileBytes = { ok: true; bytes: Uint8Array } | { ok: false; because: string }

/** The bytes of a file, or in words why there are none. */
export async function readFile(file: string): Promise<FileBytes> {
  try {
    const handle = await open(file, 'r')
    try {
      const { size } = await handle.stat()
      if (size > LARGEST_BYTES)
        return { ok: false, because: `larger than ${LARGEST_BYTES / 1_000_000} MB, which no document of an HMO is` }
      return { ok: true, bytes: await handle.readFile() }
    } finally {
      await handle.close()
    }
  } catch (error) {
    return { ok: false, because: wordsFor(error) }
  }
}

function wordsFor(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  return REASONS[code] ?? `the file cannot be read (${code})`
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'the file may not be read',
  EISDIR: 'it is a folder',
}
