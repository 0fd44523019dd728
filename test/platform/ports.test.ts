import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import path from 'node:path'
import readline from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { afterEach, expect, it } from 'vitest'
import { freePort, holdPort, letGoOfPort } from '../../platform/ports.ts'

const CHOOSER = path.join(import.meta.dirname, 'portChooser.ts')

interface Chooser {
  ports: number[]
  ends(): Promise<void>
}

const choosers: ChildProcessByStdio<Writable, Readable, null>[] = []
afterEach(async () => {
  for (const child of choosers.splice(0)) await ended(child)
})

async function ended(child: ChildProcessByStdio<Writable, Readable, null>, signal: NodeJS.Signals = 'SIGKILL') {
  if (child.exitCode !== null || child.signalCode !== null) return
  const over = once(child, 'close')
  child.kill(signal)
  await over
}

/** Another process that has chosen `count` ports and lives. */
async function chooser(count: number): Promise<Chooser> {
  const child = spawn(process.execPath, ['--import', 'tsx', CHOOSER, String(count)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  choosers.push(child)
  const [line] = await once(readline.createInterface({ input: child.stdout }), 'line')
  return { ports: JSON.parse(line) as number[], ends: () => ended(child) }
}

it('processes that choose at the same time never get the same port', async () => {
  // By chance alone, 900 of the 6,000 ports would meet some 70 times.
  const all = (await Promise.all([chooser(300), chooser(300), chooser(300)])).flatMap(({ ports }) => ports)
  expect(all).toHaveLength(900)
  expect(new Set(all).size).toBe(900)
})

it('a port belongs to its chooser until that ends, even by a crash', async () => {
  const other = await chooser(1)
  const port = other.ports[0] ?? 0
  expect(await holdPort(port)).toBe(false)
  await other.ends()
  expect(await holdPort(port)).toBe(true)
  await letGoOfPort(port)
})

it('a port of this process is its own twice over, and another one’s once it lets go', async () => {
  const port = await freePort()
  expect(await holdPort(port)).toBe(true)
  await letGoOfPort(port)
  expect(await holdPort(port)).toBe(true)
  await letGoOfPort(port)
})

it('a port that somebody listens on is nobody’s to hold', async () => {
  const port = await freePort()
  await letGoOfPort(port)
  const server = createServer()
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  expect(await holdPort(port)).toBe(false)
  server.close()
  await once(server, 'close')
  expect(await holdPort(port)).toBe(true)
  await letGoOfPort(port)
})
