import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { takeFolder } from '../../../cli/stack/stackLock.ts'
import { markOf } from '../../../platform/processes.ts'

let folder: string
const said: string[] = []
const say = (words: string) => said.push(words)
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'claimhub-lock-'))
  said.length = 0
})
afterEach(() => rmSync(folder, { recursive: true }))

async function sleeper() {
  const child = spawn(process.execPath, ['-e', `setInterval(() => {}, 1000); console.log('up')`])
  await once(child.stdout, 'data')
  const mark = markOf(child.pid ?? 0)
  if (mark === null) throw new Error('a running process has no mark')
  return { child, mark, ended: once(child, 'exit') }
}

const running = (content: unknown) => writeFileSync(path.join(folder, 'running.json'), JSON.stringify(content))

it('refuses a folder on which another claimhub runs, and names the process', async () => {
  const other = await sleeper()
  running({ supervisor: other.mark, parts: {} })
  await expect(takeFolder(folder, say)).rejects.toThrow(new RegExp(`process ${other.mark.pid}.*end it first.*--data`))
  other.child.kill()
  await other.ended
  const lock = await takeFolder(folder, say)
  lock.release()
  expect(existsSync(path.join(folder, 'running.json'))).toBe(false)
})

it('ends what a killed claimhub left behind, and nothing that merely has the same number', async () => {
  const [left, stranger] = [await sleeper(), await sleeper()]
  running({
    supervisor: { pid: 2 ** 30, born: '1' },
    parts: { temporal: left.mark, worker: { pid: stranger.mark.pid, born: `${stranger.mark.born}0` } },
  })
  await takeFolder(folder, say)
  expect((await left.ended)[1]).toBe('SIGTERM')
  expect(said.join()).toContain(`ending temporal (process ${left.mark.pid})`)
  expect(stranger.child.exitCode).toBeNull()
  stranger.child.kill()
  await stranger.ended
})

it('is not stopped by a note that a crash cut off', async () => {
  writeFileSync(path.join(folder, 'running.json'), '{"supervisor":')
  await takeFolder(folder, say)
  expect(said).toEqual([])
})
