import path from 'node:path'
import type { Clock } from '../../platform/clock.ts'
import { type Faults, NO_FAULTS } from '../faults.ts'
import { openBook } from './book.ts'
import { startInbox } from './inbox.ts'
import { interferenceFrom } from './interference.ts'
import { makeOutbox } from './outbox.ts'
import { startPublisher } from './publisher.ts'
import { secretsIn } from './secrets.ts'
import { startSftpServer } from './sftpServer.ts'
import { SUMMIT } from './x12/parties.ts'

export interface SftpHmoOptions {
  /** 0 takes a free one. */
  port: number
  /** Ledger, keys and the clinics' folders; the same folder goes on where it was. */
  folder: string
  clock: Clock
  faults?: Faults
  /** A private key of its own instead of the one kept in the folder. */
  hostKeyFile?: string
  /** Called with an error that keeps the twin from working; without it the process ends. */
  died?: (error: Error) => void
}

export interface SftpHmo {
  port: number
  /** What a connection of provider `summit-dental` needs. */
  connection: {
    endpoint: {
      host: string
      port: number
      username: string
      hostKeySha256: string
      inFolder: string
      outFolder: string
      archiveFolder: string
      connectTimeoutMs: number
      stableAfterMs: number
    }
    settings: { senderId: string; receiverId: string; payerId: string; submitterName: string; contactPhone: string }
    secrets: { password: string }
  }
  stop(): Promise<void>
}

const USER = 'brightsmile'

/**
 * Starts the twin of Summit Dental: a real SFTP server that behaves as the HMO does, with a durable
 * memory.
 */
export async function startSftpHmo(options: SftpHmoOptions): Promise<SftpHmo> {
  const { folder, clock, faults = NO_FAULTS, died = endProcess } = options
  const { hostKey, hostKeySha256, password } = secretsIn(folder, options.hostKeyFile)
  const root = path.join(folder, 'sftp')
  const book = openBook(folder)
  const server = await startSftpServer({
    port: options.port,
    root,
    folders: ['in', 'out/archive'],
    hostKey,
    users: { [USER]: { password } },
    interference: interferenceFrom(faults),
  })
  const outbox = makeOutbox(path.join(root, 'out'), faults)
  const publisher = startPublisher({ book, clock, faults, outbox }, died)
  const inbox = startInbox({ folder: path.join(root, 'in'), book, clock }, publisher.watch, died)
  return {
    port: server.port,
    connection: {
      endpoint: {
        host: '127.0.0.1',
        port: server.port,
        username: USER,
        hostKeySha256,
        inFolder: '/in',
        outFolder: '/out',
        archiveFolder: '/out/archive',
        connectTimeoutMs: 10_000,
        stableAfterMs: 200,
      },
      settings: {
        senderId: 'BRIGHTSMILE',
        receiverId: SUMMIT.id,
        payerId: SUMMIT.payerId,
        submitterName: 'BRIGHT SMILE DENTAL GROUP',
        contactPhone: '3035550199',
      },
      secrets: { password },
    },
    async stop() {
      inbox.stop()
      await server.stop()
      await publisher.stop()
      book.close()
    },
  }
}

/** A twin that cannot keep its books must not go on. */
function endProcess(error: Error): never {
  process.stderr.write(`sftp twin: ${error.stack ?? error.message}\n`)
  process.exit(1)
}
