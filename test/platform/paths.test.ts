import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cacheFolder, postgresFolder, shutAncestor } from '../../platform/paths.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'claimhub-paths-'))
  chmodSync(folder, 0o755)
})
afterEach(() => rmSync(folder, { recursive: true }))

it('finds the folder on the way that others cannot enter', () => {
  const shut = path.join(folder, 'shut')
  mkdirSync(path.join(shut, 'inner'), { recursive: true })
  expect(shutAncestor(path.join(shut, 'inner', 'file'))).toBeNull()
  chmodSync(shut, 0o700)
  expect(shutAncestor(path.join(shut, 'inner', 'file'))).toBe(shut)
  expect(shutAncestor(path.join(folder, 'not', 'there', 'yet'))).toBeNull()
})

it('keeps what is fetched once per machine where the system says', () => {
  expect(cacheFolder({ XDG_CACHE_HOME: '/var/cache' }, 'bin', 'x')).toBe('/var/cache/claimhub/bin/x')
  expect(cacheFolder({ XDG_CACHE_HOME: '' }, 'bin')).toBe(path.join(os.homedir(), '.cache/claimhub/bin'))
})

describe('postgresFolder', () => {
  it('is in the data folder, which Postgres’s user may enter but not list', () => {
    const data = path.join(folder, 'data')
    mkdirSync(data, { mode: 0o700 })
    expect(postgresFolder(data)).toBe(path.join(data, 'postgres'))
    if (process.getuid?.() === 0) expect(statSync(data).mode & 0o777).toBe(0o711)
  })

  it.runIf(process.getuid?.() === 0)('is a system folder for root’s private data folders, always the same one', () => {
    const data = path.join(folder, 'private', 'data')
    mkdirSync(data, { recursive: true })
    chmodSync(path.dirname(data), 0o700)
    const found = postgresFolder(data)
    try {
      expect(found).toMatch(/^\/var\/lib\/claimhub\/[0-9a-f]{16}\/postgres$/)
      expect(postgresFolder(data)).toBe(found)
      expect(shutAncestor(found)).toBeNull()
    } finally {
      rmSync(path.dirname(found), { recursive: true })
    }
  })
})
