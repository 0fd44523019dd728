import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { clockFrom, clockSetting } from '../../platform/clock.ts'
import { saidOf, sample, startTwin, type Twin } from './sftpTwin.ts'

/**
 * A kill leaves the ledger at some line, and the claim's file in /in or not. Every such state is
 * made here and played on: that is complete where random kills are not.
 */
const CLM = 'PF00000000000001'
const SAYS = ['TA1', '999', 'acknowledged', 'in-review', 'payment-1']
const clock = () => clockFrom(clockSetting(8_640_000))

let stash: string
let lines: string[]
beforeAll(async () => {
  stash = mkdtempSync(path.join(tmpdir(), 'summit-stash-'))
  writeFileSync(path.join(stash, '1.x12'), sample('claim', { control: 1, clm: CLM, member: 'PF-1' }))
  const twin = await startTwin({ clock: clock() })
  linkSync(path.join(stash, '1.x12'), path.join(twin.folder, 'sftp/in/1.x12'))
  await saidOf(twin, CLM, 'payment-1')
  await twin.stopTwin()
  lines = readFileSync(path.join(twin.folder, 'effects.jsonl'), 'utf8').trimEnd().split('\n')
  rmSync(twin.folder, { recursive: true })
})
afterAll(() => rmSync(stash, { recursive: true }))

it('has an effect, a note of the file, and three lines for each answer', () => {
  expect(lines).toHaveLength(2 + 3 * SAYS.length)
})

it('goes on from every line of the ledger, with the file still there', async () => {
  for (let kept = 0; kept <= lines.length; kept += 1) await playOn(kept, true)
})

it('goes on from every line of the ledger, with the file removed', async () => {
  for (let kept = 2; kept <= lines.length; kept += 1) await playOn(kept, false)
})

it('goes on from a line that was cut off', async () => {
  await playOn(0, true, (lines[0] ?? '').slice(0, 40))
  await playOn(1, true, (lines[1] ?? '').slice(0, 40))
  await playOn(3, false, (lines[3] ?? '').slice(0, 40))
})

async function playOn(kept: number, isFileThere: boolean, torn = ''): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'summit-ledger-'))
  mkdirSync(path.join(folder, 'sftp/in'), { recursive: true })
  const before = lines.slice(0, kept)
  writeFileSync(path.join(folder, 'effects.jsonl'), before.map((line) => `${line}\n`).join('') + torn)
  // The same inode and time, as a file that was not yet removed has them.
  if (isFileThere) linkSync(path.join(stash, '1.x12'), path.join(folder, 'sftp/in/1.x12'))
  const twin: Twin = await startTwin({ folder, clock: clock() })
  try {
    await saidOf(twin, CLM, 'payment-1')
    const where = `after line ${kept}${isFileThere ? ', file there' : ''}`
    expect(twin.of('effect'), where).toHaveLength(1)
    expect([...twin.of('duplicate'), ...twin.of('refused')], where).toEqual([])
    expect(
      twin.of('said').map((said) => said.what),
      where,
    ).toEqual(SAYS)
    expect(twin.inbox(), where).toEqual([])
    const decided = twin
      .of('note')
      .flatMap((note) => (note.key === 'file' ? [note.value as { name: string; text: string }] : []))
    const publishedBefore = before.flatMap((line) => {
      const entry = JSON.parse(line)
      return entry.key === 'published' ? [entry.value] : []
    })
    const put = decided.filter(({ name }) => !publishedBefore.includes(name))
    expect(new Map(twin.out().map(({ name, text }) => [name, text])), where).toEqual(
      new Map(put.map(({ name, text }) => [name, text])),
    )
  } finally {
    await twin.stop()
  }
}
