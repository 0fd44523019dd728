import { createServer } from 'node:https'
import type { Clock } from '../../platform/clock.ts'
import { type Faults, NO_FAULTS } from '../faults.ts'
import { close, listen } from '../listen.ts'
import { openBook } from './book.ts'
import { startPublisher } from './publisher.ts'
import { secretsIn } from './secrets.ts'
import { postOfficeApp } from './server.ts'

export interface XmlHmoOptions {
  /** 0 takes a free one. */
  port: number
  /** Ledger, credentials and certificate; the same folder goes on where it was. */
  folder: string
  clock: Clock
  faults?: Faults
}

export interface XmlHmo {
  port: number
  /** What a connection of provider `gulf-dental` needs. */
  connection: {
    endpoint: { baseUrl: string; requestTimeoutMs: number; caCertificate: string }
    settings: { facilityId: string; receiverId: string; payerId: string }
    secrets: { username: string; password: string }
  }
  stop(): Promise<void>
}

const FACILITY = 'DHA-F-0001234'

/**
 * Starts the twin of Gulf Dental and its post office: a real HTTPS server with a private authority
 * and a durable memory.
 */
export async function startXmlHmo({ folder, clock, faults = NO_FAULTS, port: wanted }: XmlHmoOptions): Promise<XmlHmo> {
  const { identity, ...secrets } = secretsIn(folder)
  const book = openBook(folder)
  const publisher = startPublisher(book, clock, faults)
  const app = postOfficeApp({
    book,
    clock,
    faults,
    secrets,
    facilityId: FACILITY,
    entered(claim) {
      publisher.watch(claim)
      const original = claim.original === null ? undefined : book.claims.get(claim.original)
      if (original) publisher.watch(original)
    },
  })
  const server = createServer({ key: identity.key, cert: identity.certificate }, app)
  const port = await listen(server, wanted)
  return {
    port,
    connection: {
      endpoint: {
        baseUrl: `https://127.0.0.1:${port}/service`,
        requestTimeoutMs: 10_000,
        caCertificate: identity.caCertificate,
      },
      settings: { facilityId: FACILITY, receiverId: 'INS026', payerId: 'INS026' },
      secrets,
    },
    async stop() {
      publisher.stop()
      await close(server)
      book.close()
    },
  }
}
