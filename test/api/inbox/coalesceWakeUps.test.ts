import type { Client } from '@temporalio/client'
import { expect, it } from 'vitest'
import { coalesceWakeUps } from '../../../api/routes/inbox/coalesceWakeUps.ts'

const mailbox = (connectionId: string) => ({ organisationId: 'o', connectionId, providerId: 'p' })

/** Rings that end when the test says so. */
function bell(restMs = 0) {
  const rung: { connectionId: string; end(error?: Error): void }[] = []
  const bells = coalesceWakeUps(
    {} as Client,
    ({ connectionId }) =>
      new Promise((resolve, reject) => {
        rung.push({ connectionId, end: (error) => (error === undefined ? resolve() : reject(error)) })
      }),
    restMs,
  )
  return { ...bells, rung }
}
const turn = () => new Promise((resolve) => setTimeout(resolve, 5))

it('pushes that come while a ring is on its way share one that begins after all of them', async () => {
  const { ring, rung } = bell()
  const first = ring(mailbox('a'))
  await turn()
  const second = ring(mailbox('a'))
  const third = ring(mailbox('a'))
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
  const { ring, rung } = bell()
  void ring(mailbox('a'))
  void ring(mailbox('b'))
  await turn()
  expect(rung.map((each) => each.connectionId)).toEqual(['a', 'b'])
})

it('a ring that fails says so to those who share it, and the next push rings anew', async () => {
  const { ring, rung, quiet } = bell()
  const failing = ring(mailbox('a'))
  await turn()
  rung[0]?.end(new Error('away'))
  await expect(failing).rejects.toThrow('away')
  const next = ring(mailbox('a'))
  await turn()
  rung[1]?.end()
  await next
  await quiet()
  expect(rung).toHaveLength(2)
})

it('is quiet only when a ring that was asked for has ended', async () => {
  const { ring, rung, quiet } = bell(20)
  void ring(mailbox('a'))
  await turn()
  void ring(mailbox('a'))
  rung[0]?.end()
  let silent = false
  const waiting = quiet().then(() => {
    silent = true
  })
  await new Promise((resolve) => setTimeout(resolve, 60))
  expect([rung.length, silent]).toEqual([2, false])
  rung[1]?.end()
  await waiting
})
