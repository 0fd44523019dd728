import { createHmac } from 'node:crypto'
import type { Clock } from '../../platform/clock.ts'
import type { Faults } from '../faults.ts'
import type { HarborBook } from './book.ts'
import type { Published } from './bookTypes.ts'

const AT_ONCE = 4
const FIRST_RETRY_MS = 250
const LONGEST_RETRY_MS = 15_000
const ANSWER_WITHIN_MS = 10_000
/** How long a push that is to come out of order lets others pass. */
const HELD_BACK_MS = 400

export interface Pusher {
  /** From now on what is published is pushed there; null stops it. */
  pushTo(url: string | null): void
  push(doc: Published): void
  stop(): void
}

/**
 * Pushes what is published, signed by Standard Webhooks, until the receiver says 2xx; a few at a
 * time, with growing pauses. What the receiver has is noted in the ledger: after a restart only the
 * rest is pushed again.
 */
export function startPusher(
  { book, clock, faults }: { book: HarborBook; clock: Clock; faults: Faults },
  webhookSecret: string,
  firstUrl: string | null,
): Pusher {
  const key = Buffer.from(webhookSecret.replace(/^whsec_/, ''), 'base64')
  const queue: { doc: Published; json: string; tries: number }[] = []
  const timers = new Set<NodeJS.Timeout>()
  const stopping = new AbortController()
  let underway = 0
  let url = firstUrl

  function push(doc: Published): void {
    if (url === null) return
    const copies = faults.next('dup') ? 2 : 1
    const item = () => queue.push({ doc, json: doc.json, tries: 0 })
    for (let copy = 0; copy < copies; copy += 1) {
      if (faults.next('reorder'))
        later(HELD_BACK_MS, () => {
          item()
          work()
        })
      else item()
    }
    work()
  }

  function work(): void {
    while (underway < AT_ONCE && !stopping.signal.aborted) {
      const item = queue.shift()
      if (!item) return
      underway += 1
      void attempt(item.doc.key, item.json).then((taken) => {
        underway -= 1
        if (stopping.signal.aborted) return
        if (taken)
          book.record({ kind: 'note', at: clock.now().toISOString(), key: `pushed:${item.doc.key}`, value: true })
        else {
          const pause = Math.min(FIRST_RETRY_MS * 2 ** item.tries, LONGEST_RETRY_MS)
          later(pause, () => {
            queue.push({ ...item, tries: item.tries + 1 })
            work()
          })
        }
        work()
      })
    }
  }

  async function attempt(id: string, json: string): Promise<boolean> {
    if (url === null) return true
    // Real time, as any webhook library signs: the receiver refuses what is older than five
    // minutes.
    const timestamp = Math.floor(Date.now() / 1_000)
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${json}`).digest('base64')
    const headers = {
      'content-type': 'application/fhir+json',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': `v1,${signature}`,
    }
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)])
    try {
      const response = await fetch(url, { method: 'POST', headers, body: json, signal })
      await response.arrayBuffer()
      return response.ok
    } catch {
      return false
    }
  }

  function later(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer)
      if (!stopping.signal.aborted) act()
    }, ms)
    timers.add(timer)
  }

  for (const doc of book.published) if (!doc.pushed) push(doc)
  return {
    push,
    pushTo(to) {
      url = to
      work()
    },
    stop() {
      stopping.abort()
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
