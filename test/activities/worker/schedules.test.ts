import { type Client, ScheduleNotFoundError } from '@temporalio/client'
import { expect, it } from 'vitest'
import { type MailboxPlan, mailboxSchedules } from '../../../activities/worker/schedules.ts'

const CLOCK = { scale: 1, now: () => new Date(0), realMsUntil: () => 0 }
const plan = (change: Partial<MailboxPlan> = {}): MailboxPlan => ({
  organisationId: 'o',
  connectionId: 'c',
  providerId: 'p',
  pollSeconds: 900,
  enabled: true,
  ...change,
})

/** Temporal's schedules kept in memory: how often each call came, and what is there. */
function schedules() {
  const there = new Map<string, number>()
  const calls: string[] = []
  const missing = (id: string) => new ScheduleNotFoundError('not found', id)
  const every = (options: { spec: { intervals: { every: number }[] } }) => options.spec.intervals[0]?.every ?? 0
  const client = {
    schedule: {
      create: async (options: { scheduleId: string; spec: { intervals: { every: number }[] } }) => {
        calls.push('create')
        there.set(options.scheduleId, every(options))
      },
      getHandle: (id: string) => ({
        describe: async () => {
          calls.push('describe')
          if (!there.has(id)) throw missing(id)
          return { spec: { intervals: [{ every: there.get(id) }] } }
        },
        update: async (change: (before: object) => { spec: { intervals: { every: number }[] } }) => {
          calls.push('update')
          there.set(id, every(change({})))
        },
        delete: async () => {
          calls.push('delete')
          if (!there.delete(id)) throw missing(id)
        },
      }),
    },
  }
  return { client: client as unknown as Client, there, calls }
}

it('a connection that is switched off loses its Schedule and gets it back', async () => {
  const { client, there } = schedules()
  const keep = mailboxSchedules(client, CLOCK)
  await keep([plan()])
  expect([...there]).toEqual([['mailbox-c', 900_000]])
  await keep([plan({ enabled: false })])
  expect([...there]).toEqual([])
  await keep([plan({ pollSeconds: 60 })])
  expect([...there]).toEqual([['mailbox-c', 60_000]])
})

it('one that never had a Schedule needs none removed, and a plan that stays costs no call', async () => {
  const { client, calls } = schedules()
  const keep = mailboxSchedules(client, CLOCK)
  for (let look = 0; look < 3; look += 1) await keep([plan({ enabled: false }), plan({ connectionId: 'd' })])
  expect(calls).toEqual(['delete', 'describe', 'create'])
})
