import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * Where the connection breaks: the COMMIT never arrives, or it does and its answer never comes
 * back.
 */
export type Cut = 'before_commit' | 'after_commit'

export interface CuttingProxy {
  port: number
  /** Breaks the connection that sends the next COMMIT, there; all others go on. */
  arm(cut: Cut): void
  /** How many connections were broken. */
  cuts(): number
  close(): Promise<void>
}

/**
 * COMMIT as a simple query of the Postgres protocol (version 3.0): 'Q', the length, the text, NUL.
 */
const COMMIT = /Q\0\0\0.commit\0$/is

/** A TCP proxy before Postgres that loses the connection at a COMMIT (failure A4). */
export async function cuttingProxy(to: { host: string; port: number }): Promise<CuttingProxy> {
  let armed: Cut | null = null
  let cuts = 0
  const open = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(to)
    let answers = true
    const cut = () => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.on('error', cut)
      socket.on('close', () => {
        open.delete(socket)
        cut()
      })
    }
    client.on('data', (bytes) => {
      const now = armed !== null && COMMIT.test(bytes.toString('latin1')) ? armed : null
      if (now === null) return void upstream.write(bytes)
      armed = null
      cuts += 1
      if (now === 'before_commit') return cut()
      answers = false
      upstream.write(bytes)
    })
    // The answer to the COMMIT proves that it was carried out; it goes no further.
    upstream.on('data', (bytes) => (answers ? void client.write(bytes) : cut()))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    arm: (cut) => {
      armed = cut
    },
    cuts: () => cuts,
    close: async () => {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
