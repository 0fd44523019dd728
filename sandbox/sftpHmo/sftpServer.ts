import { timingSafeEqual } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import ssh2, { type AuthContext, type Connection } from 'ssh2'
import { type Interference, NO_INTERFERENCE } from './interference.ts'
import { serveSftp } from './sftpSession.ts'

export interface SftpServerOptions {
  /** 0 takes a free one. */
  port: number
  /** Clients see nothing outside of it. */
  root: string
  /** Made below the root when they are not there. */
  folders: string[]
  /** Private key, OpenSSH format. */
  hostKey: string
  users: Record<string, { password?: string; publicKey?: string }>
  interference?: Interference
}

export interface SftpServer {
  port: number
  stop(): Promise<void>
}

/** A real SSH and SFTP v3 server on 127.0.0.1, confined to one folder. */
export async function startSftpServer(options: SftpServerOptions): Promise<SftpServer> {
  const { root, interference = NO_INTERFERENCE } = options
  for (const folder of options.folders) mkdirSync(path.join(root, folder), { recursive: true })
  const connections = new Set<Connection>()
  const server = new ssh2.Server({ hostKeys: [options.hostKey] }, (connection) => {
    connections.add(connection)
    connection.once('close', () => connections.delete(connection))
    // A client that disconnects in the middle is no error of the server.
    connection.on('error', () => undefined)
    if (interference.refuses()) return void connection.end()
    connection.on('authentication', (context) => signIn(options.users, context))
    connection.on('session', (accept) => {
      accept().on('sftp', (acceptSftp) => serveSftp(acceptSftp(), { root, interference, cut: () => cut(connection) }))
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, '127.0.0.1', () => resolve())
  })
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const connection of connections) cut(connection)
      }),
  }
}

/** Without closing the session, as a broken line would. */
function cut(connection: Connection): void {
  const socket = (connection as unknown as { _sock?: { destroy(): void } })._sock
  if (socket) socket.destroy()
  else connection.end()
}

function signIn(users: SftpServerOptions['users'], context: AuthContext): void {
  const user = Object.hasOwn(users, context.username) ? users[context.username] : undefined
  const knowsPassword =
    user?.password !== undefined && context.method === 'password' && sameText(context.password, user.password)
  const hasKey = user?.publicKey !== undefined && context.method === 'publickey' && ownsKey(context, user.publicKey)
  if (knowsPassword || hasKey) context.accept()
  else context.reject(['password', 'publickey'])
}

function ownsKey(context: Extract<AuthContext, { method: 'publickey' }>, publicKey: string): boolean {
  const key = ssh2.utils.parseKey(publicKey)
  if (key instanceof Error || context.key.algo !== key.type || !context.key.data.equals(key.getPublicSSH()))
    return false
  // Without a signature the client only asks whether this key would do.
  if (!context.signature || !context.blob) return true
  return key.verify(context.blob, context.signature, context.hashAlgo) === true
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
