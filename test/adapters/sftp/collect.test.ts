import { rmSync } from 'node:fs'
import { mkdir, symlink, utimes } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { defineProvider } from '../../../adapters/contract.ts'
import { sftpTransport } from '../../../adapters/transports/sftp/index.ts'
import type { CollectContext } from '../../../adapters/transports/transport.ts'
import { memoryStore, type Provider, startProvider } from './harness.ts'

/** SFTP collection asks nothing of the adapter. */
const ADAPTER = {} as ReturnType<typeof defineProvider<unknown>>
const from = (cursor: string | null): CollectContext => ({ cursor, ctx: {} as CollectContext['ctx'] })

let provider: Provider
beforeEach(async () => {
  provider = await startProvider()
})
afterEach(() => provider.stop())

const collect = (
  session = provider.session(),
  store: Parameters<typeof sftpTransport.collect>[3] = async () => undefined,
  cursor: string | null = null,
  more: Pick<CollectContext, 'reread'> = {},
) => sftpTransport.collect(ADAPTER, { ...from(cursor), ...more }, session, store)

describe('collecting', () => {
  it('stores each file, oldest first, and only then moves it', async () => {
    await provider.put('out/b.x12', 'ISA*second~')
    await provider.put('out/a.x12', 'no edi')
    await utimes(path.join(provider.root, 'out/b.x12'), 1_700_000_000, 1_700_000_000)
    const there: string[][] = []
    const { found, store } = memoryStore()
    await collect(provider.session(), async (each) => {
      there.push(await provider.list('out'))
      await store(each)
    })
    expect(found.map((each) => [each.message.transport === 'sftp' && each.message.name, each.mediaType])).toEqual([
      ['b.x12', 'application/edi-x12'],
      ['a.x12', 'application/octet-stream'],
    ])
    expect(Buffer.from(found[0]?.message.body ?? []).toString()).toBe('ISA*second~')
    expect(found[0]?.key).toMatch(/^b\.x12:[0-9a-f]{64}$/)
    expect(there).toEqual([
      ['a.x12', 'archive', 'b.x12'],
      ['a.x12', 'archive'],
    ])
    expect(await provider.list('out')).toEqual(['archive'])
    expect(await provider.list('out/archive')).toEqual(['a.x12', 'b.x12'])
  })

  it('deletes at once where there is no archive and nothing is to be kept', async () => {
    await provider.put('out/a.x12', 'x')
    const { found, store } = memoryStore()
    await collect(provider.session({ endpoint: { archiveFolder: undefined, keepDays: 0 } }), store)
    expect(found).toHaveLength(1)
    expect(await provider.list('out')).toEqual(['archive'])
  })

  it('keeps what it has stored for a window of days where there is no archive, and reads it once', async () => {
    const real = Date.now
    try {
      await provider.put('out/a.x12', 'x')
      const session = () => provider.session({ endpoint: { archiveFolder: undefined, keepDays: 14 } })
      const { found, store } = memoryStore()
      let { cursor } = await collect(session(), store)
      cursor = (await collect(session(), store, cursor)).cursor
      expect([found.length, await provider.list('out')]).toEqual([1, ['a.x12', 'archive']])
      vi.spyOn(Date, 'now').mockImplementation(() => real() + 15 * 86_400_000)
      await collect(session(), store, cursor)
      expect([found.length, await provider.list('out')]).toEqual([1, ['archive']])
    } finally {
      vi.restoreAllMocks()
    }
  })

  it('G8 reads what it has kept or archived again when it is asked to, under the key of the first time', async () => {
    const { found, store } = memoryStore()
    await provider.put('out/a.x12', 'one')
    await collect(provider.session(), store)
    await provider.put('out/a.x12', 'two')
    await collect(provider.session(), store)
    await provider.put('out/archive/old.x12', 'old')
    await utimes(path.join(provider.root, 'out/archive/old.x12'), 1_700_000_000, 1_700_000_000)
    const again = memoryStore()
    await collect(provider.session(), again.store, null, { reread: true })
    expect(again.found.map(({ key }) => key).sort()).toEqual(found.map(({ key }) => key).sort())
    expect(await provider.list('out/archive')).toHaveLength(3)

    await provider.put('out/kept.x12', 'kept')
    const keeping = provider.session({ endpoint: { archiveFolder: undefined } })
    const { cursor } = await collect(keeping, store)
    const kept = memoryStore()
    await collect(keeping, kept.store, cursor, { reread: true })
    expect(kept.found.map(({ key }) => key)).toEqual([found.at(-1)?.key])
  })

  it('leaves the file where it is when it could not be stored', async () => {
    await provider.put('out/a.x12', 'x')
    await expect(collect(provider.session(), () => Promise.reject(new Error('no database')))).rejects.toThrow(
      'no database',
    )
    expect(await provider.list('out')).toEqual(['a.x12', 'archive'])
  })

  it('C7 does not read a file while it grows, and reads it once it has stopped', async () => {
    const { found, store } = memoryStore()
    await provider.put('out/835.x12', 'ISA*ha')
    // Grows at each look at the folder.
    let looks = 0
    provider.interference.listed = (_folder, names) => {
      looks += 1
      return names
    }
    provider.interference.beforeAnswer = async () => {
      if (looks > 0 && looks < 3) await provider.put('out/835.x12', `ISA*ha${'l'.repeat(looks)}`)
    }
    const { cursor } = await collect(provider.session(), store)
    expect(found).toEqual([])
    provider.interference.beforeAnswer = async () => undefined
    await provider.put('out/835.x12', 'ISA*half and the rest~')
    await collect(provider.session(), store, cursor)
    expect(found.map((each) => Buffer.from(each.message.body ?? []).toString())).toEqual(['ISA*half and the rest~'])
  })

  it('remembers looks in the cursor where the wait is long', async () => {
    const { found, store } = memoryStore()
    const patient = provider.session({ endpoint: { stableAfterMs: 60_000 } })
    await provider.put('out/a.x12', 'x')
    const first = await collect(patient, store)
    expect(found).toEqual([])
    const rows = JSON.parse(first.cursor ?? '[]') as [string, number, number, number][]
    expect(rows.map(([name, size]) => [name, size])).toEqual([['a.x12', 1]])
    const aged = JSON.stringify(rows.map(([name, size, modified, since]) => [name, size, modified, since - 61_000]))
    const second = await collect(patient, store, aged)
    expect(found).toHaveLength(1)
    expect(second.cursor).toBe('[]')
    // Another size than remembered: young again.
    await provider.put('out/b.x12', 'xy')
    await collect(patient, store, aged.replace('a.x12', 'b.x12'))
    expect(found).toHaveLength(1)
  })

  it('reads a file with a .done beside it at once, and tidies both', async () => {
    const { found, store } = memoryStore()
    await provider.put('out/a.x12', 'x')
    await provider.put('out/a.x12.done', '')
    await collect(provider.session({ endpoint: { stableAfterMs: 60_000 } }), store)
    expect(found).toHaveLength(1)
    expect(await provider.list('out')).toEqual(['archive'])
  })

  it('C9 skips what is unfinished, hidden, a folder or a link, and refuses hostile names aloud', async () => {
    const { found, store } = memoryStore()
    for (const name of ['.a.x12.part', 'b.x12.part', 'c.x12.tmp', '.hidden', 'd.x12.done'])
      await provider.put(`out/${name}`, 'x')
    await mkdir(path.join(provider.root, 'out/folder'))
    await provider.put('in/secret', 'not for collecting')
    await symlink(path.join(provider.root, 'in/secret'), path.join(provider.root, 'out/link.x12'))
    provider.interference.listed = (_folder, names) => [
      ...names,
      '../in/secret',
      '/etc/passwd',
      '..\\up',
      'line\nbreak',
      'right\u202eleft',
      `${'x'.repeat(201)}`,
    ]
    await provider.put('out/good.x12', 'good')
    await collect(provider.session(), store)
    expect(found.map((each) => each.key.split(':')[0])).toEqual(['good.x12'])
    expect(await provider.list('in')).toEqual(['secret'])
    const refusals = new Set(provider.heartbeats.filter((detail) => detail?.startsWith('refused')))
    expect([...refusals].sort()).toEqual([
      'refused a file: it is a link or a device',
      'refused a file: its name holds a path separator',
      'refused a file: its name holds control characters',
      'refused a file: its name is longer than 200 characters',
    ])
    expect(JSON.stringify(provider.heartbeats)).not.toContain('secret')
  })

  it('keeps both when a name comes again with other content', async () => {
    const { found, store } = memoryStore()
    for (const content of ['one', 'two', 'two']) {
      await provider.put('out/a.x12', content)
      await collect(provider.session(), store)
    }
    expect(new Set(found.map((each) => each.key)).size).toBe(2)
    const kept = await provider.list('out/archive')
    expect(kept).toHaveLength(2)
    expect(kept[0]).toBe('a.x12')
    expect(kept[1]).toMatch(/^a\.x12\.[0-9a-f]{16}$/)
    expect(await provider.list('out')).toEqual(['archive'])
  })

  it('leaves a file that changed between reading and tidying', async () => {
    const { found, store } = memoryStore()
    await provider.put('out/a.x12', 'one')
    await collect(provider.session(), async (each) => {
      await store(each)
      await provider.put('out/a.x12', 'three')
    })
    expect(await provider.list('out')).toEqual(['a.x12', 'archive'])
    await collect(provider.session(), store)
    expect(found.map((each) => Buffer.from(each.message.body ?? []).toString())).toEqual(['one', 'three'])
  })

  it('stores what it has read of a file that somebody took away meanwhile', async () => {
    const { found, store } = memoryStore()
    await provider.put('out/a.x12', 'paid')
    const session = {
      ...provider.session(),
      heartbeat: (detail?: string) => {
        if (detail === 'downloading') rmSync(path.join(provider.root, 'out/a.x12'), { force: true })
      },
    }
    await collect(session, store)
    expect(found.map((each) => Buffer.from(each.message.body ?? []).toString())).toEqual(['paid'])
  })

  it('reads the other files although one is too large, then says so', async () => {
    const { found, store } = memoryStore()
    await provider.put('out/bomb.x12', '')
    const { truncate } = await import('node:fs/promises')
    await truncate(path.join(provider.root, 'out/bomb.x12'), 50_000_001)
    await provider.put('out/good.x12', 'good')
    await expect(collect(provider.session(), store)).rejects.toMatchObject({
      failure: 'files',
      message: expect.stringMatching(/1 files could not be read \(larger than/),
    })
    expect(found).toHaveLength(1)
    expect(await provider.list('out')).toEqual(['archive', 'bomb.x12'])
  })

  it('throws where it cannot come in', async () => {
    await expect(collect(provider.session({ secrets: { password: 'no' } }))).rejects.toMatchObject({
      failure: 'sign-in',
      message: expect.stringContaining('sign-in'),
    })
    await expect(collect(provider.session({ endpoint: { outFolder: '/nowhere' } }))).rejects.toMatchObject({
      failure: 'folder',
      message: expect.stringContaining('no such file'),
    })
  })
})

describe('checking a connection', () => {
  it('names each step', async () => {
    const steps = await sftpTransport.check(provider.session())
    expect(steps.map((each) => [each.step, each.ok])).toEqual([
      ['connect', true],
      ['host key', true],
      ['sign-in', true],
      ['sftp', true],
      ['in folder', true],
      ['out folder', true],
      ['archive folder', true],
    ])
  })

  it('stops at the step that fails', async () => {
    const last = async (...args: Parameters<Provider['session']>) =>
      (await sftpTransport.check(provider.session(...args))).at(-1)
    expect(await last({ endpoint: { port: 1 } })).toMatchObject({ step: 'connect', ok: false })
    expect(await last({ endpoint: { hostKeySha256: 'A'.repeat(43) } })).toMatchObject({ step: 'host key', ok: false })
    expect(await last({ secrets: { password: 'no' } })).toMatchObject({ step: 'sign-in', ok: false })
    expect(await last({ endpoint: { outFolder: '/gone' } })).toMatchObject({ step: 'out folder', ok: false })
  })
})

describe('the endpoint', () => {
  it('wants a pinned key and folders that stay where they are', () => {
    const good = { ...provider.session().endpoint }
    const { hostKeySha256, ...unpinned } = good
    expect(sftpTransport.endpoint.safeParse(good).success).toBe(true)
    expect(sftpTransport.endpoint.safeParse({ ...good, hostKeySha256: `SHA256:${hostKeySha256}` }).success).toBe(true)
    for (const bad of [
      {},
      unpinned,
      { ...good, hostKeySha256: 'trust me' },
      { ...good, inFolder: '/in/../..' },
      { ...good, archiveFolder: 'out/' },
      { ...good, password: 'pw' },
      { ...good, host: 'a b' },
    ])
      expect(sftpTransport.endpoint.safeParse(bad).success).toBe(false)
  })
})
