import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { progress } from '../../../cli/stack/progress.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const lasting = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** What is said of a step. */
async function lines(work: (busyWith: (words: string) => void) => Promise<void>): Promise<string[]> {
  const said: string[] = []
  const done = progress((words) => said.push(words), 'starting', work)
  await vi.runAllTimersAsync()
  await done
  return said
}

it('says nothing of what is quick', async () => {
  expect(await lines(() => lasting(1_900))).toEqual([])
})

it('names what takes longer, then tells every 15 seconds', async () => {
  expect(await lines(() => lasting(40_000))).toEqual([
    'starting …',
    'starting: 15 s',
    'starting: 30 s',
    'starting: done after 40 s',
  ])
})

it('is one line, whatever the step is busy with', async () => {
  const said = await lines(async (busyWith) => {
    busyWith('building')
    await lasting(20_000)
  })
  expect(said).toEqual(['building …', 'building: 15 s', 'starting: done after 20 s'])
})
