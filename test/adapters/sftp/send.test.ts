import { createServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { sftpTransport } from '../../../adapters/transports/sftp/index.ts'
import { freePort } from '../../../platform/ports.ts'
import { CLIENT_KEY, fileOut, fingerprintOf, marks, type Provider, sessionTo, startProvider } from './harness.ts'

const NAME = 'BRIGHT_SUMMIT_837D_117.x12'
const FILE = fileOut(NAME, 'ISA*the claim~')
const open: { stop(): Promise<unknown> }[] = []

async function provider(...args: Parameters<typeof startProvider>): Promise<Provider> {
  const started = await startProvider(...args)
  open.push(started)
  return started
}
afterEach(async () => {
  for (const each of open.splice(0)) await each.stop()
})

describe('sending a file', () => {
  it('uploads under another name, marks, then renames', async () => {
    const { session, list, read } = await provider()
    const seen: string[][] = []
    const sent = await sftpTransport.send(FILE, session(), {
      idempotencyKey: 'k',
      mark: async () => void seen.push(await list('in')),
    })
    expect(sent).toEqual({ kind: 'arrived' })
    expect(seen).toEqual([[`.${NAME}.part`]])
    expect(await list('in')).toEqual([NAME])
    expect((await read(`in/${NAME}`)).toString()).toBe('ISA*the claim~')
  })

  it('carries large and empty files byte by byte, with signs of life', async () => {
    const { session, read, heartbeats } = await provider()
    const large = Uint8Array.from({ length: 3_000_001 }, (_, index) => (index * 31) % 251)
    expect(await sftpTransport.send(fileOut('large.x12', large), session(), marks().options)).toEqual({
      kind: 'arrived',
    })
    expect(await sftpTransport.send(fileOut('empty.x12', ''), session(), marks().options)).toEqual({ kind: 'arrived' })
    expect((await read('in/large.x12')).equals(large)).toBe(true)
    expect((await read('in/empty.x12')).length).toBe(0)
    expect(heartbeats.length).toBeGreaterThan(3)
  })

  it('signs in with a key', async () => {
    const { session } = await provider()
    const sent = await sftpTransport.send(
      FILE,
      session({ secrets: { privateKey: CLIENT_KEY.private } }),
      marks().options,
    )
    expect(sent).toEqual({ kind: 'arrived' })
  })

  it('C4 takes a file of the same bytes as proof, and never writes over another', async () => {
    const { session, put, read, list } = await provider()
    await put(`in/${NAME}`, 'ISA*the claim~')
    const { made, options } = marks()
    expect(await sftpTransport.send(FILE, session(), options)).toEqual({ kind: 'arrived' })
    await put(`in/${NAME}`, 'ISA*not ours!~')
    expect(await sftpTransport.send(FILE, session(), options)).toMatchObject({
      kind: 'stopped',
      because: expect.stringMatching(/other content/),
    })
    expect((await read(`in/${NAME}`)).toString()).toBe('ISA*not ours!~')
    expect(await list('in')).toEqual([NAME])
    expect(made).toEqual([])
  })

  it('C4 finds another file that appears just before the rename', async () => {
    const { session, put, read, list } = await provider()
    const sent = await sftpTransport.send(FILE, session(), {
      idempotencyKey: 'k',
      mark: () => put(`in/${NAME}`, 'somebody else'),
    })
    expect(sent).toMatchObject({ kind: 'stopped', because: expect.stringMatching(/other content/) })
    expect((await read(`in/${NAME}`)).toString()).toBe('somebody else')
    expect(await list('in')).toEqual([NAME])
  })

  it('finds its own bytes there although the rename was refused', async () => {
    const { session, put } = await provider()
    const sent = await sftpTransport.send(FILE, session(), {
      idempotencyKey: 'k',
      mark: () => put(`in/${NAME}`, FILE.body),
    })
    expect(sent).toEqual({ kind: 'arrived' })
  })

  it('does not know when its part is gone at a refused rename', async () => {
    const started = await provider()
    const { rm } = await import('node:fs/promises')
    const sent = await sftpTransport.send(FILE, started.session(), {
      idempotencyKey: 'k',
      mark: () => rm(`${started.root}/in/.${NAME}.part`),
    })
    expect(sent).toMatchObject({ kind: 'unknown' })
  })
})

describe('a connection that breaks', () => {
  it('C1 during the upload, at many offsets: only a part is there, and it certainly was not sent', async () => {
    const size = 200_000
    const body = new Uint8Array(size).fill(65)
    for (const offset of [0, 1, 31_000, 32_768, 65_536, 99_999, 150_000, 163_841, 199_999]) {
      const { session, interference, list } = await provider()
      interference.cutsWrite = (_file, at, length) => (at <= offset && offset < at + length ? offset - at : null)
      const { made, options } = marks()
      const sent = await sftpTransport.send(fileOut(NAME, body), session(), options)
      expect(sent, `cut at ${offset}`).toMatchObject({ kind: 'not_sent' })
      expect(await list('in')).toEqual([`.${NAME}.part`])
      expect(await sftpTransport.checkArrival?.(fileOut(NAME, body), session(), null)).toBe('absent')
      // The next attempt writes over the half.
      interference.cutsWrite = () => null
      expect(await sftpTransport.send(fileOut(NAME, body), session(), options)).toEqual({ kind: 'arrived' })
      expect(await list('in')).toEqual([NAME])
      expect(made).toEqual(['RENAMING'])
    }
  })

  it('C2 after the rename, before its answer: unknown, and a look settles it', async () => {
    const { session } = await provider({ cutsRename: () => true })
    const { made, options } = marks()
    expect(await sftpTransport.send(FILE, session(), options)).toMatchObject({ kind: 'unknown' })
    expect(made).toEqual(['RENAMING'])
    expect(await sftpTransport.checkArrival?.(FILE, session(), 'RENAMING')).toBe('arrived')
  })

  it('C3 and the provider collects before we look: nobody can tell, so nothing goes again', async () => {
    const started = await provider({ cutsRename: () => true })
    await sftpTransport.send(FILE, started.session(), marks().options)
    const { rm } = await import('node:fs/promises')
    await rm(`${started.root}/in/${NAME}`)
    expect(await sftpTransport.checkArrival?.(FILE, started.session(), 'RENAMING')).toBe('cannot_tell')
    expect(await sftpTransport.checkArrival?.(FILE, started.session(), null)).toBe('absent')
  })

  it('a refused connection is not sent, a server that says nothing too', async () => {
    const nobody = sessionTo(await freePort(), fingerprintOf(CLIENT_KEY.private))
    expect(await sftpTransport.send(FILE, nobody, marks().options)).toMatchObject({
      kind: 'not_sent',
      because: expect.stringMatching(/ECONNREFUSED/),
    })
    const { session } = await provider({ refuses: () => true })
    expect(await sftpTransport.send(FILE, session(), marks().options)).toMatchObject({ kind: 'not_sent' })
    const mute = createServer((socket) => void socket.on('error', () => undefined)).listen(0, '127.0.0.1')
    open.push({ stop: async () => void mute.close() })
    await new Promise((resolve) => mute.once('listening', resolve))
    const silent = sessionTo((mute.address() as { port: number }).port, fingerprintOf(CLIENT_KEY.private), {
      endpoint: { connectTimeoutMs: 150 },
    })
    expect(await sftpTransport.send(FILE, silent, marks().options)).toMatchObject({ kind: 'not_sent' })
    expect(await sftpTransport.checkArrival?.(FILE, nobody, 'RENAMING')).toBe('cannot_tell')
  })

  it('stops at once when it is called off, and says what is certain', async () => {
    const controller = new AbortController()
    const { session, interference, list } = await provider()
    interference.beforeAnswer = async () => controller.abort()
    expect(await sftpTransport.send(FILE, session({ signal: controller.signal }), marks().options)).toMatchObject({
      kind: 'not_sent',
      because: expect.stringMatching(/called off/),
    })
    expect(await list('in')).not.toContain(NAME)
    interference.beforeAnswer = async () => undefined
    const late = new AbortController()
    const sent = await sftpTransport.send(FILE, session({ signal: late.signal }), {
      idempotencyKey: 'k',
      mark: async () => late.abort(),
    })
    expect(sent).toMatchObject({ kind: 'not_sent' })
    expect(await list('in')).toEqual([`.${NAME}.part`])
  })
})

describe('a provider that must be looked at by a person', () => {
  it('C6 another host key: stopped before the password leaves', async () => {
    const { session, list } = await provider()
    const other = session({ endpoint: { hostKeySha256: fingerprintOf(CLIENT_KEY.private) } })
    const sent = await sftpTransport.send(FILE, other, marks().options)
    expect(sent).toMatchObject({
      kind: 'stopped',
      because: expect.stringMatching(/^host key: the server shows another host key \(SHA256:/),
    })
    expect(await list('in')).toEqual([])
  })

  it('another password, an unknown user, a key that is none', async () => {
    const { session } = await provider()
    const stopped = { kind: 'stopped', because: expect.stringMatching(/^sign-in:/) }
    expect(await sftpTransport.send(FILE, session({ secrets: { password: 'no' } }), marks().options)).toMatchObject(
      stopped,
    )
    expect(await sftpTransport.send(FILE, session({ endpoint: { username: 'who' } }), marks().options)).toMatchObject(
      stopped,
    )
    const broken = await sftpTransport.send(
      FILE,
      session({ secrets: { privateKey: 'no key: s3cret' } }),
      marks().options,
    )
    expect(broken).toMatchObject(stopped)
    expect(JSON.stringify(broken)).not.toContain('s3cret')
  })

  it('C5 a folder that is not there or not ours is not sent', async () => {
    const { session } = await provider()
    const sent = await sftpTransport.send(FILE, session({ endpoint: { inFolder: '/nowhere' } }), marks().options)
    expect(sent).toMatchObject({ kind: 'not_sent', because: expect.stringMatching(/no such file/) })
  })

  it('C5 a full disk is not sent, and the part is removed', async () => {
    const { session, interference, list } = await provider()
    interference.cutsWrite = () => {
      throw Object.assign(new Error('disk full'), { code: 'ENOSPC' })
    }
    const { made, options } = marks()
    const sent = await sftpTransport.send(FILE, session(), options)
    expect(sent).toMatchObject({ kind: 'not_sent', because: expect.stringMatching(/failure/) })
    expect(await list('in')).toEqual([])
    expect(made).toEqual([])
  })

  it('refuses names that would leave the folder', async () => {
    const { session } = await provider()
    for (const name of ['../out/x', 'a/b', '.hidden', 'a\nb', '']) {
      await expect(sftpTransport.send(fileOut(name, 'x'), session(), marks().options)).rejects.toThrow(/file name/)
    }
  })
})
