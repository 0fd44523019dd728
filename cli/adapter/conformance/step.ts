import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { InMessage } from '../../../adapters/contract.ts'
import type { TransportName } from '../../../adapters/declaration.ts'
import type { Reference, Submission } from '../../../domain/claim.ts'

/** One step of a case. What it must come to stands at the same place in `expected.json`. */
export type CaseStep = { ctx?: { now?: string; mode?: 'test' | 'production'; controlNumber?: number } } & (
  | { call: 'readAnswer' | 'decode' | 'readPage' | 'readFetched'; message: WrittenMessage }
  | { call: 'verifyPush'; message: WrittenMessage; secrets: Record<string, string>; now: string }
  /**
   * Claims in one interchange. Without `submissions` it is the folder's claim with `change` over
   * it.
   */
  | {
      call: 'send'
      submission?: Submission
      submissions?: Submission[]
      change?: Partial<Submission>
      attachments?: Record<string, string>
    }
  | { call: 'ask'; submission?: Submission; references?: Reference[] }
  | { call: 'list'; cursor: string | null }
)

/**
 * A message of the provider as a fixture writes it: the transport's own members, and the bytes in
 * one of five ways.
 */
export interface WrittenMessage {
  /** HTTP */
  status?: number
  headers?: Record<string, string>
  about?: string
  requestPath?: string
  /** SFTP and manual */
  name?: string
  /** Manual */
  mediaType?: string
  /** Email */
  sender?: 'trusted' | 'untrusted'
  because?: string
  /** JSON, written without spaces. */
  body?: unknown
  /** Where the exact characters matter. */
  bodyText?: string
  /** A file beside this one: its bytes as they are. */
  bodyFile?: string
  bodyBase64?: string
}

/** The message as the transport would hand it over. `at` is the case's folder. */
export function inMessageOf(transport: TransportName, written: WrittenMessage, at: string): InMessage {
  const { body: _json, bodyText: _text, bodyFile, bodyBase64: _base64, ...head } = written
  const body = bytesOf(written, at)
  switch (transport) {
    case 'http':
      return { transport, status: 200, headers: {}, ...head, body }
    case 'sftp':
      return { transport, name: bodyFile ?? 'message', ...head, body }
    case 'email':
      return { transport, sender: 'trusted', ...head, body }
    case 'manual':
      return { transport, name: bodyFile ?? 'message', mediaType: 'application/octet-stream', ...head, body }
  }
}

function bytesOf({ body, bodyText, bodyFile, bodyBase64 }: WrittenMessage, at: string): Uint8Array {
  if (bodyFile !== undefined) return new Uint8Array(readFileSync(path.join(at, bodyFile)))
  if (bodyBase64 !== undefined) return new Uint8Array(Buffer.from(bodyBase64, 'base64'))
  return new TextEncoder().encode(bodyText ?? JSON.stringify(body))
}
