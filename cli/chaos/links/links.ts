import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * How a link is disturbed: `cut` ends every connection and takes no other; `slow` holds each piece
 * back; `half-cut` carries what is asked and loses what is answered.
 */
export const DISTURBANCES = ['cut', 'slow', 'half-cut'] as const
export type Disturbance = (typeof DISTURBANCES)[number]

/** One way between two processes, as a TCP proxy of our own. */
export interface Link {
  name: string
  port: number
  disturb(how: Disturbance): void
  /** From here on everything is carried; connections that have lost something end. */
  heal(): void
  /** Connections that have lost an answer and are still open. */
  lost(): number
  close(): Promise<void>
}

/** How long a slow link holds each piece back. */
const HELD_BACK_MS = 700

/** Opens a link on a free port of this machine. */
export async function openLink(name: string, to: { host: string; port: number }): Promise<Link> {
  let disturbed: Disturbance | null = null
  const open = new Set<Socket>()
  const torn = new Set<Socket>()
  const server = createServer((client) => {
    if (disturbed === 'cut') return void client.destroy()
    const upstream = connect(to)
    const end = () => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.setNoDelay(true)
      socket.on('error', end)
      socket.on('close', () => {
        open.delete(socket)
        torn.delete(socket)
        end()
      })
    }
    carry(client, upstream, () => true)
    carry(upstream, client, () => {
      if (disturbed === 'half-cut') torn.add(client)
      return !torn.has(client)
    })
  })

  /** In order: a piece that was held back is not overtaken by the next. */
  function carry(from: Socket, into: Socket, isCarried: () => boolean): void {
    let before: Promise<unknown> = Promise.resolve()
    let waiting = 0
    from.on('data', (bytes) => {
      if (!isCarried()) return
      if (disturbed !== 'slow' && waiting === 0) return void write(into, bytes)
      const held = disturbed === 'slow' ? pause(HELD_BACK_MS) : undefined
      waiting += 1
      before = Promise.all([before, held]).then(() => {
        waiting -= 1
        write(into, bytes)
      })
    })
    from.on('end', () => void before.then(() => into.end()))
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    name,
    port: (server.address() as AddressInfo).port,
    disturb: (how) => {
      disturbed = how
      if (how === 'cut') for (const socket of open) socket.destroy()
    },
    heal: () => {
      disturbed = null
      for (const socket of torn) socket.destroy()
    },
    lost: () => torn.size,
    close: async () => {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

function write(into: Socket, bytes: Buffer): void {
  if (into.writable) into.write(bytes)
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
