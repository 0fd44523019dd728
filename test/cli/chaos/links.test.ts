import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Link, openLink } from '../../../cli/chaos/links/links.ts'

let server: Server
let link: Link
const received: string[] = []
const clients: Socket[] = []

beforeEach(async () => {
  received.length = 0
  server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => {
      received.push(String(bytes))
      socket.write(`re: ${bytes}`)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  link = await openLink('test', { host: '127.0.0.1', port: (server.address() as AddressInfo).port })
})

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy()
  await link.close()
  server.close()
  await once(server, 'close')
})

async function client(): Promise<Socket> {
  const socket = connect(link.port, '127.0.0.1')
  socket.on('error', () => undefined)
  clients.push(socket)
  await once(socket, 'connect')
  return socket
}

async function answer(socket: Socket, words: string): Promise<string> {
  socket.write(words)
  const [bytes] = await once(socket, 'data')
  return String(bytes)
}

it('carries both ways', async () => {
  expect(await answer(await client(), 'one')).toBe('re: one')
})

it('cut: open connections end, and no other is carried until it is healed', async () => {
  const before = await client()
  expect(await answer(before, 'one')).toBe('re: one')
  const ended = once(before, 'close')
  link.disturb('cut')
  await ended
  const meanwhile = await client()
  meanwhile.write('lost')
  await once(meanwhile, 'close')
  link.heal()
  expect(await answer(await client(), 'two')).toBe('re: two')
  expect(received).toEqual(['one', 'two'])
})

it('half-cut: what is asked arrives, its answer is lost, and such a connection ends when it is healed', async () => {
  const torn = await client()
  expect(await answer(torn, 'one')).toBe('re: one')
  link.disturb('half-cut')
  const heard: string[] = []
  torn.on('data', (bytes) => heard.push(String(bytes)))
  torn.write('two')
  await expect.poll(() => received).toEqual(['one', 'two'])
  await expect.poll(() => link.lost()).toBe(1)
  const ended = once(torn, 'close')
  link.heal()
  await ended
  expect(heard).toEqual([])
  expect(await answer(await client(), 'three')).toBe('re: three')
})

it('slow: everything arrives, later and in order', async () => {
  const socket = await client()
  link.disturb('slow')
  let heard = ''
  socket.on('data', (bytes) => {
    heard += String(bytes)
  })
  socket.write('one')
  await expect.poll(() => heard, { timeout: 10_000 }).toBe('re: one')
  link.heal()
  socket.write('two')
  await expect.poll(() => heard, { timeout: 10_000 }).toBe('re: onere: two')
})
