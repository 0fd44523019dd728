import type { Client } from '@temporalio/client'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { coalesceWakeUps } from '../../../api/routes/inbox/coalesceWakeUps.ts'

const mailbox = (connectionId: string) => ({ organisationId: 'o', connectionId, providerId: 'p' })

/** Rings that end when the test says so. */
function startWakeUps(restMs = 0) {
  const woken: { connectionId: string; end(error?: Error): void }[] = []
  const wakeUps = coalesceWakeUps(
    {} as Client,
    ({ connectionId }) =>
      new Promise((resolve, reject) => {
        woken.push({ connectionId, end: (error) => (error === undefined ? resolve() : reject(error)) })
      }),
    restMs,
  )
  return { ...wakeUps, woken }
}
beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})
const turn = () => vi.advanceTimersByTimeAsync(5)

it('pushes that come while a wake is on its way share one that begins after all of them', async () => {
  const { wake, woken } = startWakeUps()
  const first = wake(mailbox('a'))
  await turn()
  const second = wake(mailbox('a'))
  const third = wake(mailbox('a'))
  await turn()
  expect(woken).toHaveLength(1)
  woken[0]?.end()
  await first
  await turn()
  expect(woken).toHaveLength(2)
  woken[1]?.end()
  await Promise.all([second, third])
  expect(woken).toHaveLength(2)
})

it('connections do not wait for one another', async () => {
  const { wake, woken } = startWakeUps()
  void wake(mailbox('a'))
  void wake(mailbox('b'))
  await turn()
  expect(woken.map((each) => each.connectionId)).toEqual(['a', 'b'])
})

it('a wake that fails says so to those who share it, and the next push wakes anew', async () => {
  const { wake, woken, quiet } = startWakeUps()
  const failing = wake(mailbox('a'))
  await turn()
  woken[0]?.end(new Error('away'))
  await expect(failing).rejects.toThrow('away')
  const next = wake(mailbox('a'))
  await turn()
  woken[1]?.end()
  await next
  await quiet()
  expect(woken).toHaveLength(2)
})

it('is quiet only when a wake that was asked for has ended', async () => {
  const { wake, woken, quiet } = startWakeUps(20)
  void wake(mailbox('a'))
  await turn()
  void wake(mailbox('a'))
  woken[0]?.end()
  let silent = false
  const waiting = quiet().then(() => {
    silent = true
  })
  await vi.advanceTimersByTimeAsync(60)
  expect([woken.length, silent]).toEqual([2, false])
  woken[1]?.end()
  await vi.advanceTimersByTimeAsync(20)
  await waiting
})
