import type { AddressInfo, Socket } from 'node:net'
import hoodiecrow from 'hoodiecrow-imap'

const PLUGINS = ['ID', 'SASL-IR', 'AUTH-PLAIN', 'NAMESPACE', 'ENABLE', 'LITERALPLUS', 'UNSELECT', 'UIDPLUS', 'MOVE']

export interface ImapServer {
  port: number
  /** A new mail in INBOX; it has the next UID. */
  deliver(raw: string, at?: Date): void
  /** Of the mails in a folder, in order. */
  mails(folder?: string): { uid: number; flags: string[]; raw: string }[]
  stop(): Promise<void>
}

/**
 * A real IMAP mailbox with INBOX and Archive. It keeps nothing: its owner fills it again, and equal
 * mails in equal order get equal UIDs.
 */
export async function startImapServer(options: {
  /** 0 takes a free one. */
  port: number
  username: string
  password: string
  /** UIDVALIDITY of INBOX. */
  validity?: number
  mails?: { raw: string; uid?: number }[]
  tls?: { key: string; cert: string }
}): Promise<ImapServer> {
  const { tls, mails = [], validity = 1 } = options
  const server = hoodiecrow({
    plugins: PLUGINS,
    users: { [options.username]: { password: options.password } },
    storage: {
      INBOX: { uidvalidity: validity, messages: mails },
      '': { folders: { Archive: {} }, separator: '/' },
    },
    ...(tls ? { secureConnection: true, credentials: tls } : {}),
  })
  const sockets = new Set<Socket>()
  server.connectionHandlers.push(({ socket }) => {
    sockets.add(socket)
    // Else each short answer waits for the client's acknowledgement.
    socket.setNoDelay(true)
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject)
    server.listen(options.port, '127.0.0.1', resolve)
  })
  return {
    port: (server.server.address() as AddressInfo).port,
    deliver: (raw, at = new Date()) => void server.appendMessage('INBOX', [], at, raw),
    mails: (folder = 'INBOX') => server.getMailbox(folder).messages.map(({ uid, flags, raw }) => ({ uid, flags, raw })),
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
