import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { DEMO_HMOS } from '../../../cli/seed/hmos.ts'
import { save, stackState } from '../../../cli/stack/stackState.ts'
import { clockFrom } from '../../../platform/clock.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'claimhub-state-'))
})
afterEach(() => {
  vi.useRealTimers()
  rmSync(folder, { recursive: true })
})

it('is the same at the next start: ports, keys, clock', async () => {
  const first = await stackState({ folder, apiPort: 0, uiPort: 0, scale: 60 })
  expect(await stackState({ folder, apiPort: 0, uiPort: 0 })).toEqual(first)
  const ports = [...Object.values(first.ports), ...Object.values(first.twinPorts).flat()]
  expect(new Set(ports).size).toBe(ports.length)
  expect(ports.length).toBe(5 + DEMO_HMOS.reduce((sum, { twin }) => sum + (twin?.ports ?? 0), 0))
  expect(Buffer.from(first.secretsKey, 'base64')).toHaveLength(32)
})

it('is for nobody else’s eyes', async () => {
  await stackState({ folder, apiPort: 0, uiPort: 0 })
  expect(statSync(path.join(folder, 'stack.json')).mode & 0o777).toBe(0o600)
})

it('takes the usual ports at first, and another one whenever it is asked for', async () => {
  expect((await stackState({ folder })).ports).toMatchObject({ api: 8080, ui: 8233 })
  expect((await stackState({ folder, apiPort: 8099 })).ports).toMatchObject({ api: 8099, ui: 8233 })
  expect((await stackState({ folder })).ports).toMatchObject({ api: 8099, ui: 8233 })
})

it('business time goes on over a stop, and never back when its speed changes', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-24T00:00:00Z') })
  const day = 86_400_000
  await stackState({ folder, scale: 86_400 })
  vi.setSystemTime(Date.now() + 10_000)
  const before = clockFrom((await stackState({ folder })).clock).now()
  expect(before).toEqual(new Date('2026-12-04T00:00:00Z'))
  const slow = clockFrom((await stackState({ folder, scale: 1 })).clock)
  expect(slow.now()).toEqual(before)
  vi.setSystemTime(Date.now() + day)
  expect(slow.now()).toEqual(new Date('2026-12-05T00:00:00Z'))
})

it('keeps what is remembered', async () => {
  const state = await stackState({ folder, apiPort: 0, uiPort: 0 })
  save(folder, { ...state, apiKey: 'chk_x' })
  expect((await stackState({ folder })).apiKey).toBe('chk_x')
})

it.each(['{', '{"ports":{}}', ''])('says of a damaged file what to do: %o', async (text) => {
  writeFileSync(path.join(folder, 'stack.json'), text)
  await expect(stackState({ folder })).rejects.toThrow(/stack\.json is damaged: put it back.*delete.*--data/)
  expect(readFileSync(path.join(folder, 'stack.json'), 'utf8')).toBe(text)
})

it('says of a folder that cannot be made what to do', async () => {
  const file = path.join(folder, 'file')
  writeFileSync(file, '')
  await expect(stackState({ folder: path.join(file, 'data') })).rejects.toThrow(/cannot be used .*--data/)
})
