import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { defineProvider } from '../../../adapters/contract.ts'
import { sftpTransport } from '../../../adapters/transports/sftp/index.ts'
import type { CollectContext } from '../../../adapters/transports/transport.ts'
import { freePort } from '../../../platform/ports.ts'
import { usableKeyPair } from '../../../sandbox/sshKeys.ts'
import { sshServer } from '../../setup/needs.ts'
import { CLIENT_KEY, fileOut, fingerprintOf, marks, memoryStore, sessionTo } from './harness.ts'

const HOST_KEY = usableKeyPair()

/** The server that most HMOs run. */
describe('against OpenSSH', () => {
  let root: string
  let port: number
  let sshd: ChildProcess

  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'sshd-'))
    await chmod(root, 0o755)
    for (const folder of ['in', 'out', 'archive']) await mkdir(path.join(root, folder))
    port = await freePort()
    sshd = await startSshd(root, port)
  })
  afterAll(async () => {
    const ended = new Promise((resolve) => sshd?.once('exit', resolve))
    sshd?.kill('SIGTERM')
    if (sshd && sshd.exitCode === null) await ended
    await rm(root, { recursive: true, force: true })
  })

  const session = (more: Parameters<typeof sessionTo>[2] = {}) =>
    sessionTo(port, fingerprintOf(HOST_KEY.private), {
      secrets: { privateKey: CLIENT_KEY.private },
      ...more,
      endpoint: {
        username: userInfo().username,
        inFolder: path.join(root, 'in'),
        outFolder: path.join(root, 'out'),
        archiveFolder: path.join(root, 'archive'),
        ...more.endpoint,
      },
    })

  it('pins the key that ssh-keygen prints', async () => {
    const printed = execFileSync('ssh-keygen', ['-lf', path.join(root, 'host_key')]).toString()
    expect(printed).toContain(`SHA256:${fingerprintOf(HOST_KEY.private).replace('=', '')}`)
    const steps = await sftpTransport.check(session())
    expect(steps.filter((step) => !step.ok)).toEqual([])
  })

  it('sends once: arrives, recognises its own file, never writes over another', async () => {
    const file = fileOut('a.x12', new Uint8Array(500_000).fill(66))
    const { made, options } = marks()
    expect(await sftpTransport.send(file, session(), options)).toEqual({ kind: 'arrived' })
    expect((await readFile(path.join(root, 'in/a.x12'))).equals(file.body)).toBe(true)
    // The mode is the server's to choose; ssh2's streams would open the file to everybody.
    expect((await stat(path.join(root, 'in/a.x12'))).mode & 0o022).toBe(0)
    expect(await sftpTransport.send(file, session(), options)).toEqual({ kind: 'arrived' })
    expect(made).toEqual(['RENAMING'])
    expect(await sftpTransport.checkArrival?.(file, session(), 'RENAMING')).toBe('arrived')
    const race = await sftpTransport.send(fileOut('b.x12', 'ours'), session(), {
      idempotencyKey: 'k',
      mark: () => writeFile(path.join(root, 'in/b.x12'), 'theirs'),
    })
    expect(race).toMatchObject({ kind: 'stopped', because: expect.stringMatching(/other content/) })
    expect((await readFile(path.join(root, 'in/b.x12'))).toString()).toBe('theirs')
    expect((await readdir(path.join(root, 'in'))).sort()).toEqual(['a.x12', 'b.x12'])
  })

  it('tells absent, arrived and nobody knows apart', async () => {
    const file = fileOut('c.x12', 'c')
    expect(await sftpTransport.checkArrival?.(file, session(), null)).toBe('absent')
    expect(await sftpTransport.checkArrival?.(file, session(), 'RENAMING')).toBe('cannot_tell')
    await writeFile(path.join(root, 'in/.c.x12.part'), 'c')
    expect(await sftpTransport.checkArrival?.(file, session(), 'RENAMING')).toBe('absent')
  })

  it('collects and archives', async () => {
    await writeFile(path.join(root, 'out/835.x12'), 'ISA*835~')
    const { found, store } = memoryStore()
    const adapter = {} as ReturnType<typeof defineProvider<unknown>>
    await sftpTransport.collect(adapter, { cursor: null, ctx: {} as CollectContext['ctx'] }, session(), store)
    expect(found.map((each) => Buffer.from(each.message.body ?? []).toString())).toEqual(['ISA*835~'])
    expect(await readdir(path.join(root, 'out'))).toEqual([])
    expect(await readdir(path.join(root, 'archive'))).toEqual(['835.x12'])
  })

  it('is stopped by another host key and another client key', async () => {
    const file = fileOut('d.x12', 'd')
    const stranger = usableKeyPair()
    const unpinned = session({ endpoint: { hostKeySha256: fingerprintOf(stranger.private) } })
    expect(await sftpTransport.send(file, unpinned, marks().options)).toMatchObject({ kind: 'stopped' })
    const unknown = session({ secrets: { privateKey: stranger.private } })
    expect(await sftpTransport.send(file, unknown, marks().options)).toMatchObject({ kind: 'stopped' })
    expect(await readdir(path.join(root, 'in'))).not.toContain('d.x12')
  })
})

/** In the foreground, on 127.0.0.1, with its own keys; resolves when it listens. */
async function startSshd(root: string, port: number): Promise<ChildProcess> {
  // sshd separates privileges into this folder and does not start without it.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 })
  await writeFile(path.join(root, 'host_key'), HOST_KEY.private, { mode: 0o600 })
  await writeFile(path.join(root, 'host_key.pub'), HOST_KEY.public)
  await writeFile(path.join(root, 'authorized_keys'), `${CLIENT_KEY.public}\n`, { mode: 0o600 })
  const config = [
    `ListenAddress 127.0.0.1:${port}`,
    `HostKey ${root}/host_key`,
    `AuthorizedKeysFile ${root}/authorized_keys`,
    'PidFile none',
    'UsePAM no',
    'StrictModes no',
    'PermitRootLogin prohibit-password',
    'PasswordAuthentication no',
    'Subsystem sftp internal-sftp',
  ]
  await writeFile(path.join(root, 'sshd_config'), `${config.join('\n')}\n`)
  const server = sshServer(process.env)
  if (server === null) throw new Error('there is no sshd: `npm test` says how to get one')
  const child = spawn(server, ['-D', '-e', '-f', path.join(root, 'sshd_config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let words = ''
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on('data', (bytes: Buffer) => {
      words += bytes
      if (words.includes('Server listening')) resolve()
    })
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`sshd does not start: ${words}`)))
  })
  return child
}
