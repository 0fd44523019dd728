import { createServer } from 'node:http'
import type { Clock } from '../../platform/clock.ts'
import { type Faults, NO_FAULTS } from '../faults.ts'
import { close, listen } from '../listen.ts'
import { openBook } from './book.ts'
import { startPublisher } from './publisher.ts'
import { startPusher } from './pusher.ts'
import { secretsIn } from './secrets.ts'
import { hmoApp } from './server.ts'

export interface HttpHmoOptions {
  /** 0 takes a free one. */
  port: number
  /** Ledger and credentials; the same folder goes on where it was. */
  folder: string
  clock: Clock
  faults?: Faults
  /** Where answers are pushed; also set by POST /control, which wins after a restart. */
  pushUrl?: string
}

export interface HttpHmo {
  port: number
  /** What a connection of provider `harbor-health` needs. */
  connection: {
    endpoint: { baseUrl: string; tokenUrl: string; requestTimeoutMs: number }
    settings: { payerId: string; facilityId: string }
    secrets: { clientId: string; clientSecret: string; webhookSecret: string }
  }
  stop(): Promise<void>
}

/**
 * Starts the twin of Harbor Health: a real HTTP server that behaves as the HMO does, with a durable
 * memory.
 */
export async function startHttpHmo(options: HttpHmoOptions): Promise<HttpHmo> {
  const { folder, clock, faults = NO_FAULTS } = options
  const secrets = secretsIn(folder)
  const book = openBook(folder)
  const pushUrl = book.notes.has('push-url') ? (book.notes.get('push-url') as string | null) : (options.pushUrl ?? null)
  const pusher = startPusher({ book, clock, faults }, secrets.webhookSecret, pushUrl)
  const publisher = startPublisher(book, clock, faults, pusher.push)
  const app = hmoApp({
    book,
    clock,
    faults,
    secrets,
    pusher,
    entered(claim) {
      publisher.watch(claim)
      const original = claim.original === null ? undefined : book.byNumber(claim.original)
      if (original) publisher.watch(original)
    },
  })
  const server = createServer(app)
  const port = await listen(server, options.port)
  const address = `http://127.0.0.1:${port}`
  return {
    port,
    connection: {
      endpoint: { baseUrl: `${address}/fhir`, tokenUrl: `${address}/token`, requestTimeoutMs: 10_000 },
      settings: { payerId: 'HARBOR', facilityId: 'BRIGHT-01' },
      secrets,
    },
    async stop() {
      publisher.stop()
      pusher.stop()
      await close(server)
      book.close()
    },
  }
}
