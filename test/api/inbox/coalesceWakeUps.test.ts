import type { Client } from '@temporalio/client'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { coalesceWakeUps } from '../../../api/routes/inbox/coalesceWakeUps.ts'

const mailbox = (connectionId: string) => ({ organisationId: 'o', connectionId, providerId: 'p' })

/** Rings that end when the test says so. */
function startWakeUps(restMs = 0) {
  const rung: { connectionId: string; end(error?: Error): void }[] = []
  const wakeUps = coalesceWakeUps(
    {} as Client,
    ({ connectionId }) =>
      new Promise((resolve, reject) => {
        rung.push({ connectionId, end: (error) => (error === undefined ? resolve() : reject(error)) })
      }),
    restMs,
  )
  return { ...wakeUps, rung }
}
beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})
const turn = () => vi.advanceTimersByTimeAsync(5)

it('pushes that come while a wake is on its way share one that begins after all of them', async () => {
  const { wake, rung } = startWakeUps()
  const first = wake(mailbox('a'))
  await turn()
  const second = wake(mailbox('a'))
  const third = wake(mailbox('a'))
  await turn()
  expect(rung).toHaveLength(1)
  rung[0]?.end()
  await first
  await turn()
  expect(rung).toHaveLength(2)
  rung[1]?.end()
  await Promise.all([second, third])
  expect(rung).toHaveLength(2)
})

it('connections do not wait for one another', async () => {
  const { wake, rung } = startWakeUps()
  void wake(mailbox('a'))
  void wake(mailbox('b'))
  await turn()
  expect(rung.map((each) => each.connectionId)).toEqual(['a', 'b'])
})

it('a wake that fails says so to those who share it, and the next push wakes anew', async () => {
  const { wake, rung, quiet } = startWakeUps()
  const failing = wake(mailbox('a'))
  await turn()
  rung[0]?.end(new Error('away'))
  await expect(failing).rejects.toThrow('away')
  const next = wake(mailbox('a'))
  await turn()
  rung[1]?.end()
  await next
  await quiet()
  expect(rung).toHaveLength(2)
})

it('is quiet only when a wake that was asked for has ended', async () => {
  const { wake, rung, quiet } = startWakeUps(20)
  void wake(mailbox('a'))
  await turn()
  void wake(mailbox('a'))
  rung[0]?.end()
  let silent = false
  const waiting = quiet().then(() => {
    silent = true
  })
  await vi.advanceTimersByTimeAsync(60)
  expect([rung.length, silent]).toEqual([2, false])
  rung[1]?.end()
  await vi.advanceTimersByTimeAsync(20)
  await waiting
})
