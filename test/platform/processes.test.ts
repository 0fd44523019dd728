import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { commandOf, endProcess, isAlive, markOf } from '../../platform/processes.ts'

/** A process that lives until it is ended; deaf to SIGTERM when asked to be. */
async function sleeper(deaf: boolean) {
  const program = `${deaf ? "process.on('SIGTERM', () => {});" : ''} setInterval(() => {}, 1000); console.log('up')`
  const child = spawn(process.execPath, ['-e', program, 'claimhub-sleeper'])
  await once(child.stdout, 'data')
  const mark = markOf(child.pid ?? 0)
  if (mark === null) throw new Error('a running process has no mark')
  return { child, mark, ended: once(child, 'exit') }
}

it('ends a process that listens, and one that does not', async () => {
  for (const deaf of [false, true]) {
    const { mark, ended } = await sleeper(deaf)
    expect(isAlive(mark)).toBe(true)
    expect(commandOf(mark.pid)).toContain('claimhub-sleeper')
    await endProcess(mark, deaf ? 200 : 30_000)
    expect((await ended)[1]).toBe(deaf ? 'SIGKILL' : 'SIGTERM')
    expect(isAlive(mark)).toBe(false)
  }
})

it('leaves a process alone that only has the same number', async () => {
  const { child, mark, ended } = await sleeper(false)
  const other = { pid: mark.pid, born: `${mark.born}0` }
  expect(isAlive(other)).toBe(false)
  await endProcess(other, 1_000)
  expect(isAlive(mark)).toBe(true)
  child.kill()
  await ended
})

it('knows that there is no such process', () => {
  expect(markOf(2 ** 30)).toBeNull()
  expect(commandOf(2 ** 30)).toBe('')
})
