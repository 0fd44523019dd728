import type { Client } from '@temporalio/client'
import { signalInbox } from '../../../workflows/client/wakeInbox.ts'
import type { Mailbox } from '../../deps.ts'

/**
 * A wake-up waits no longer than this for Temporal: the document is stored, and reconcile finds it.
 */
const PATIENCE_MS = 2_000
/**
 * Pushes of one connection that come within this time share a wake-up, and so one pass of the
 * inbox. A lone push never waits.
 */
const REST_MS = 250

export interface WakeUps {
  /** Resolves with the next wake-up that begins after this call: what was stored before is seen. */
  ring(mailbox: Mailbox): Promise<void>
  /** Resolves when every requested wake-up is over. */
  quiet(): Promise<void>
}

/**
 * One wake-up at a time for each connection, and a pause after it. `ringOnce` is exchanged by tests
 * only.
 */
export function coalesceWakeUps(
  client: Client,
  ringOnce: (mailbox: Mailbox) => Promise<void> = (mailbox) => wakeWithin(client, mailbox),
  restMs = REST_MS,
): WakeUps {
  const resting = new Map<string, Promise<void>>()
  const asked = new Map<string, Promise<void>>()

  function ring(mailbox: Mailbox): Promise<void> {
    const { connectionId } = mailbox
    const shared = asked.get(connectionId)
    if (shared !== undefined) return shared
    const ringing = (resting.get(connectionId) ?? Promise.resolve()).then(() => {
      asked.delete(connectionId)
      const rung = ringOnce(mailbox)
      rest(connectionId, rung)
      return rung
    })
    asked.set(connectionId, ringing)
    return ringing
  }

  function rest(connectionId: string, rung: Promise<void>): void {
    const paused = new Promise<void>((resolve) => setTimeout(resolve, restMs))
    const rested = Promise.allSettled([rung, paused]).then(() => {
      resting.delete(connectionId)
    })
    resting.set(connectionId, rested)
  }

  return {
    ring,
    quiet: async () => {
      while (asked.size + resting.size > 0) await Promise.allSettled([...asked.values(), ...resting.values()])
    },
  }
}

/** Wakes the connection's inbox, or starts it. */
async function wakeWithin(client: Client, mailbox: Mailbox): Promise<void> {
  await client.withDeadline(Date.now() + PATIENCE_MS, () => signalInbox(client, mailbox))
}
