import { type Client, ScheduleNotFoundError } from '@temporalio/client'
import { beforeEach, describe, expect, it } from 'vitest'
import { everyWhileIdle } from '../../../activities/worker/everyWhileIdle.ts'
import { type MailboxPlan, mailboxSchedules } from '../../../activities/worker/schedules.ts'

/** Schedules as a Temporal server holds them: id and interval. */
let held: Map<string, number>
let calls: string[]
let refusing: string | null
let minutes: number
beforeEach(() => {
  held = new Map()
  calls = []
  refusing = null
  minutes = 0
})

const client = {
  schedule: {
    async *list() {
      calls.push('list')
      for (const scheduleId of [...held.keys()]) yield { scheduleId }
    },
    getHandle: (id: string) => ({
      describe: async () => {
        calls.push(`describe ${id}`)
        if (id === refusing) throw new Error('refused')
        const every = held.get(id)
        if (every === undefined) throw new ScheduleNotFoundError('no', id)
        return { spec: { intervals: [{ every }] } }
      },
      update: async (change: (before: object) => { spec: { intervals: { every: number }[] } }) => {
        held.set(id, change({}).spec.intervals[0]?.every ?? 0)
      },
      delete: async () => {
        calls.push(`delete ${id}`)
        if (!held.delete(id)) throw new ScheduleNotFoundError('no', id)
      },
    }),
    create: async ({ scheduleId, spec }: { scheduleId: string; spec: { intervals: { every: number }[] } }) => {
      held.set(scheduleId, spec.intervals[0]?.every ?? 0)
    },
  },
} as unknown as Client

const clock = { scale: 1, now: () => new Date(0), realMsUntil: () => 0 }
const made = () => mailboxSchedules(client, clock, () => minutes * 60_000)
const plan = (connectionId: string, pollSeconds = 60): MailboxPlan => ({
  organisationId: 'org',
  connectionId,
  providerId: 'harbor-health',
  pollSeconds,
})
const reads =
  (...plans: MailboxPlan[]) =>
  () =>
    Promise.resolve(plans)

describe('the mailbox schedules', () => {
  it('are made once, and cost no call while nothing changes', async () => {
    const schedules = made()
    await schedules.keep(reads(plan('a'), plan('b')))
    expect(held).toEqual(new Map(Object.entries({ 'mailbox-a': 60_000, 'mailbox-b': 60_000 })))
    calls = []
    for (let time = 0; time < 20; time += 1) await schedules.keep(reads(plan('a'), plan('b')))
    expect(calls).toEqual([])
  })

  it('follow a changed interval, with calls for that connection only', async () => {
    const schedules = made()
    await schedules.keep(reads(plan('a'), plan('b')))
    calls = []
    await schedules.keep(reads(plan('a', 5), plan('b')))
    expect([held.get('mailbox-a'), calls]).toEqual([5_000, ['describe mailbox-a']])
  })

  it('are removed with their connection, also when another worker made them', async () => {
    held.set('mailbox-old', 60_000)
    held.set('reconciliation', 120_000)
    const schedules = made()
    await schedules.keep(reads(plan('a'), plan('b')))
    expect([...held.keys()].sort()).toEqual(['mailbox-a', 'mailbox-b', 'reconciliation'])
    await schedules.keep(reads(plan('b')))
    expect([...held.keys()].sort()).toEqual(['mailbox-b', 'reconciliation'])
    // Switched on again: made again.
    await schedules.keep(reads(plan('a'), plan('b')))
    expect(held.has('mailbox-a')).toBe(true)
  })

  it('never loses one that another worker makes while this one reads', async () => {
    const schedules = made()
    await schedules.keep(() => {
      held.set('mailbox-new', 60_000)
      return Promise.resolve([plan('a')])
    })
    expect(held.has('mailbox-new')).toBe(true)
  })

  it('that somebody deleted come back with the next comparison', async () => {
    const schedules = made()
    await schedules.keep(reads(plan('a')))
    held.clear()
    minutes = 9
    await schedules.keep(reads(plan('a')))
    expect(held.size).toBe(0)
    minutes = 10
    await schedules.keep(reads(plan('a')))
    expect(held.size).toBe(1)
  })

  it('of which one fails are kept all the same, and that one is tried again', async () => {
    const schedules = made()
    refusing = 'mailbox-a'
    expect(await schedules.keep(reads(plan('a'), plan('b')))).toEqual({
      failed: [{ connectionId: 'a', error: 'Error' }],
    })
    expect([...held.keys()]).toEqual(['mailbox-b'])
    refusing = null
    expect(await schedules.keep(reads(plan('a'), plan('b')))).toEqual({ failed: [] })
    expect([...held.keys()].sort()).toEqual(['mailbox-a', 'mailbox-b'])
  })
})

describe('a look every so often', () => {
  it('leaves a turn out while the last is still at it', async () => {
    let begun = 0
    let finish: () => void = () => undefined
    const looking = everyWhileIdle(1_000_000, () => {
      begun += 1
      return new Promise((resolve) => {
        finish = resolve
      })
    })
    const first = looking.turn()
    await looking.turn()
    expect(begun).toBe(1)
    finish()
    await first
    const second = looking.turn()
    expect(begun).toBe(2)
    finish()
    await second
    looking.stop()
  })
})
