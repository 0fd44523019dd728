import { afterEach, describe, expect, it, vi } from 'vitest'
import { openRemote } from '../../../adapters/transports/sftp/connection.ts'
import { type Provider, startProvider } from './harness.ts'

const open: { stop(): Promise<unknown> }[] = []
afterEach(async () => {
  vi.restoreAllMocks()
  for (const each of open.splice(0)) await each.stop()
})

async function remoteOf(provider: Provider) {
  const opened = await openRemote(provider.session())
  if (opened.kind === 'failed') throw new Error(opened.because)
  const { remote } = opened
  open.unshift({ stop: async () => remote.close() })
  return remote
}

async function started(): Promise<Provider> {
  const provider = await startProvider()
  open.push(provider)
  return provider
}

describe('the SFTP connection', () => {
  it('takes only "no such file" for absence, never another failure', async () => {
    const provider = await started()
    await provider.put('in/a.txt', 'a')
    const remote = await remoteOf(provider)
    expect(await remote.look('/in/b.txt')).toBeNull()
    // Below a file: the server says "failure".
    await expect(remote.look('/in/a.txt/b')).rejects.toMatchObject({ name: 'RemoteRefusal', status: 4 })
  })

  it('reads up to the limit and not a byte more', async () => {
    const provider = await started()
    await provider.put('out/a.txt', Buffer.alloc(100_000, 7))
    const remote = await remoteOf(provider)
    expect(await remote.read('/out/a.txt', 99_999, () => undefined)).toBeNull()
    expect(await remote.read('/out/a.txt', 100_000, () => undefined)).toEqual(new Uint8Array(100_000).fill(7))
  })

  it('keeps the status of every refusal, and names no path', async () => {
    const provider = await started()
    const remote = await remoteOf(provider)
    const refused = { name: 'RemoteRefusal', status: 2, message: 'the server refused it (no such file)' }
    await expect(remote.list('/nowhere')).rejects.toMatchObject(refused)
    await expect(remote.read('/out/nowhere', 9, () => undefined)).rejects.toMatchObject(refused)
    await expect(remote.rename('/in/nowhere', '/in/there')).rejects.toMatchObject(refused)
    await expect(remote.remove('/in/nowhere')).rejects.toMatchObject(refused)
  })

  it('prints nothing when the server goes, and every later request says so', async () => {
    const printed = ['log' as const, 'error' as const].map((name) => vi.spyOn(console, name))
    const provider = await started()
    const remote = await remoteOf(provider)
    await provider.stop()
    open.length = 0
    await expect(remote.list('/out')).rejects.toMatchObject({ name: 'ConnectionLost' })
    await expect(remote.remove('/out/a')).rejects.toMatchObject({ name: 'ConnectionLost' })
    for (const each of printed) expect(each).not.toHaveBeenCalled()
  })
})
