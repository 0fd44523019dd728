import { createHash } from 'node:crypto'
import path from 'node:path'
import type { FileOut, OutMessage } from '../../contract.ts'
import type { SftpEndpoint } from './endpoint.ts'
import type { Remote } from './remote.ts'

/**
 * Where a message of ours goes: under `part` while it is uploaded, invisible to the provider by
 * agreement; the rename to `final` makes it visible.
 */
export interface Place {
  final: string
  part: string
}

export function placeOf(message: FileOut, endpoint: SftpEndpoint): Place {
  const { name } = message
  if (whyRefused(name) !== null) throw new Error('an adapter made a file name that cannot be sent over SFTP')
  return { final: path.posix.join(endpoint.inFolder, name), part: path.posix.join(endpoint.inFolder, `.${name}.part`) }
}

export function fileOnly(message: OutMessage): FileOut {
  if (message.transport !== 'sftp')
    throw new Error(`an SFTP connection cannot carry a message for ${message.transport}`)
  return message
}

/**
 * Why a file name must not be used, ours or the provider's; null for a good one. Never repeats the
 * name.
 */
export function whyRefused(name: string): string | null {
  if (name.length > 200) return 'is longer than 200 characters'
  if (/[/\\]/.test(name)) return 'holds a path separator'
  if (name === '' || name.startsWith('.')) return 'is no plain name'
  if (/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\ufffd]/u.test(name)) return 'holds control characters'
  return null
}

/** `same` bytes as ours, `other` bytes, or `gone` between two looks: somebody has taken it. */
export async function compare(
  remote: Remote,
  file: string,
  body: Uint8Array,
  progress: () => void,
): Promise<'absent' | 'same' | 'other' | 'gone'> {
  const found = await remote.look(file)
  if (found === null) return 'absent'
  if (found.kind !== 'file' || found.size !== body.length) return 'other'
  try {
    const bytes = await remote.read(file, body.length, progress)
    return bytes !== null && sha256(bytes) === sha256(body) ? 'same' : 'other'
  } catch (error) {
    if ((await remote.look(file)) === null) return 'gone'
    throw error
  }
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
