import type { Context, InMessage, Notice, ProviderAdapter } from '../../adapters/contract.ts'
import type { Isolated } from '../../platform/isolate/isolate.ts'

/** One document for its adapter, as plain values: they cross into another process. */
export interface DecodeJob {
  adapterId: string
  message: InMessage
  /** The connection's settings as they are stored. */
  settings: unknown
  mode: 'test' | 'production'
  currency: string
  /** Business time, ISO 8601 UTC. */
  now: string
  zone: string
}

/** What a document says, or how its reading ended; never the decoder's words. */
export type Decoded = Isolated<Notice[]>

/** Reads documents apart from the process that needs them: platform/isolate.ts. */
export interface Decoder {
  lease<T>(work: (decode: (job: DecodeJob) => Promise<Decoded>) => Promise<T>): Promise<T>
}

/** Asks the adapter what the document says. Throws where the adapter does. */
export async function decodeDocument(adapter: ProviderAdapter, job: DecodeJob): Promise<Notice[]> {
  const { message, settings, mode, currency, now, zone } = job
  const ctx: Context<unknown> = {
    settings: adapter.declaration.settings.parse(settings),
    mode,
    currency,
    now,
    zone,
    attachment: (attachmentId) => {
      throw new Error(`attachment ${attachmentId} is not part of the document`)
    },
  }
  return adapter.decode(message, ctx)
}
