import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Managed, managed } from '../../../cli/stack/managed.ts'
import { watch } from '../../../cli/stack/watch.ts'

let folder: string
let started: Managed[]
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'claimhub-managed-'))
  started = []
})
afterEach(async () => {
  for (const part of started) await part.kill()
  rmSync(folder, { recursive: true })
})

const READY = `console.log(JSON.stringify({ ready: true, pid: process.pid, word: process.env.WORD }));`
const STAY = 'setInterval(() => {}, 1000);'

function part(program: string, env: Record<string, string> = {}): Managed {
  const made = managed({
    name: 'part',
    command: process.execPath,
    args: ['-e', program],
    env: { ...process.env, ...env },
    logFile: path.join(folder, 'part.log'),
  })
  started.push(made)
  return made
}

it('starts, reports what the process says, stops and starts again', async () => {
  const one = part(`console.error('a word'); ${READY} ${STAY}`, { WORD: 'first' })
  const first = await one.start()
  expect(first).toMatchObject({ word: 'first', pid: one.pid() })
  await one.stop()
  expect(one.pid()).toBeUndefined()
  expect(await one.start({ WORD: 'second' })).toMatchObject({ word: 'second' })
  expect(readFileSync(path.join(folder, 'part.log'), 'utf8')).toContain('a word')
})

it('ends with SIGKILL what does not listen', async () => {
  const deaf = part(`process.on('SIGTERM', () => {}); ${READY} ${STAY}`)
  await deaf.start()
  await deaf.stop(100)
  expect(deaf.pid()).toBeUndefined()
})

it('says with its last words when a process ends before it is ready, and when it cannot be started at all', async () => {
  await expect(part(`console.error('no luck today'); process.exit(3)`).start()).rejects.toThrow(
    /part ended \(exit code 3\) before it was ready; its last words: no luck today/,
  )
  const nothing = managed({ name: 'nothing', command: '/nope', args: [], env: {}, logFile: path.join(folder, 'x.log') })
  await expect(nothing.start()).rejects.toThrow(/nothing cannot be started: .*ENOENT/)
})

it('tells of an end that nobody asked for, and of no other', async () => {
  const one = part(`${READY} ${STAY}`)
  const heard: string[] = []
  const told = new Promise<void>((resolve) => {
    one.onUnexpectedEnd((words) => {
      heard.push(words)
      resolve()
    })
  })
  await one.start()
  await one.stop()
  await one.start()
  await one.kill()
  expect(heard).toEqual([])
  const { pid } = await one.start()
  process.kill(pid as number, 'SIGKILL')
  await told
  expect(heard).toEqual(['part ended (SIGKILL)'])
})

it('a watched part that ends is started again; one that ends again and again is named with its last words', async () => {
  const tries = path.join(folder, 'tries')
  writeFileSync(tries, '')
  const falling = part(
    `require('fs').appendFileSync(${JSON.stringify(tries)}, 'x'); console.error('my disk is full'); ${READY} setTimeout(() => process.exit(1), 20)`,
  )
  const said: string[] = []
  const watching = watch([falling], (words) => said.push(words))
  await falling.start()
  await expect(watching.broken).rejects.toThrow(/part ended 6 times within a minute; its last words:\nmy disk is full/)
  expect(readFileSync(tries, 'utf8')).toBe('xxxxxx')
  expect(said).toEqual(Array.from({ length: 5 }, () => 'part ended (exit code 1); starting it again'))
})

it('what ends after the watch is over stays ended', async () => {
  const one = part(`${READY} ${STAY}`)
  const said: string[] = []
  const watching = watch([one], (words) => said.push(words))
  const { pid } = await one.start()
  watching.end()
  process.kill(pid as number, 'SIGKILL')
  await one.stop()
  expect([one.pid(), said]).toEqual([undefined, []])
})
