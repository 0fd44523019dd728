import type { Client } from '@temporalio/client'
import { signalInbox } from '../../../workflows/client/wakeInbox.ts'
import type { InboxAddress } from '../../deps.ts'

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
  wake(mailbox: InboxAddress): Promise<void>
  /** Resolves when every requested wake-up is over. */
  quiet(): Promise<void>
}

/**
 * One wake-up at a time for each connection, and a pause after it. `wakeOnce` is exchanged by tests
 * only.
 */
export function coalesceWakeUps(
  client: Client,
  wakeOnce: (mailbox: InboxAddress) => Promise<void> = (mailbox) => wakeWithin(client, mailbox),
  restMs = REST_MS,
): WakeUps {
  const resting = new Map<string, Promise<void>>()
  const asked = new Map<string, Promise<void>>()

  function wake(mailbox: InboxAddress): Promise<void> {
    const { connectionId } = mailbox
    const shared = asked.get(connectionId)
    if (shared !== undefined) return shared
    const waking = (resting.get(connectionId) ?? Promise.resolve()).then(() => {
      asked.delete(connectionId)
      const woken = wakeOnce(mailbox)
      rest(connectionId, woken)
      return woken
    })
    asked.set(connectionId, waking)
    return waking
  }

  function rest(connectionId: string, woken: Promise<void>): void {
    const paused = new Promise<void>((resolve) => setTimeout(resolve, restMs))
    const rested = Promise.allSettled([woken, paused]).then(() => {
      resting.delete(connectionId)
    })
    resting.set(connectionId, rested)
  }

  return {
    wake,
    quiet: async () => {
      while (asked.size + resting.size > 0) await Promise.allSettled([...asked.values(), ...resting.values()])
    },
  }
}

/** Wakes the connection's inbox, or starts it. */
async function wakeWithin(client: Client, mailbox: InboxAddress): Promise<void> {
  await client.withDeadline(Date.now() + PATIENCE_MS, () => signalInbox(client, mailbox))
}
