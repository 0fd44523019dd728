import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { connect } from '../../db/connect.ts'

/** Postgres's SSLRequest: its length, and a number that is no version. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])

it('a database address with TLS asks for it first, and says nothing to a server that has none', async () => {
  const heard: Buffer[] = []
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => {
      heard.push(bytes)
      socket.write('N')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const address = { host: '127.0.0.1', port, database: 'claims', password: 'app-word', acrossPassword: 'across-word' }
  const databases = connect({ ...address, tls: true })
  try {
    await expect(sql`select 1`.execute(databases.across)).rejects.toThrow(/SSL/)
    await expect(databases.within('', (tx) => sql`select 1`.execute(tx))).rejects.toThrow(/SSL/)
    expect(heard).toEqual([SSL_REQUEST, SSL_REQUEST])
  } finally {
    await databases.close()
    server.close()
  }
})
