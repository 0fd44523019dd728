import type { AddressInfo, Socket } from 'node:net'
import { SMTPServer, type SMTPServerSession } from 'smtp-server'

/**
 * What may go wrong between client and server, decided for each event. A refusal is an SMTP reply,
 * such as `550 5.1.1 no such user`.
 */
export interface MailInterference {
  /** A connection that is closed before the greeting. */
  refuses(): boolean
  refusesSender(): string | null
  refusesRecipient(): string | null
  /** After the whole mail has come. */
  refusesMail(): string | null
  /** The connection ends after so many bytes of the mail; null: it doesn't. */
  cutsMail(): number | null
  /** The mail is taken, and the connection ends before the 250. */
  losesReply(): boolean
  /** The same, and `receive` is called later: nothing shows meanwhile that it was taken. */
  delaysMail(receive: () => void): boolean
}

export const NO_INTERFERENCE: MailInterference = {
  refuses: () => false,
  refusesSender: () => null,
  refusesRecipient: () => null,
  refusesMail: () => null,
  cutsMail: () => null,
  losesReply: () => false,
  delaysMail: () => false,
}

const LARGEST_BYTES = 26_214_400

/**
 * A real SMTP server that wants a sign-in; `receive` has kept the mail when it returns, and only
 * then comes the 250.
 */
export async function startSmtpServer(options: {
  /** 0 takes a free one. */
  port: number
  username: string
  password: string
  interference: MailInterference
  receive(raw: Buffer, recipients: string[]): void | Promise<void>
  tls?: { key: string; cert: string; implicit: boolean }
}): Promise<{ port: number; stop(): Promise<void> }> {
  const { interference, tls } = options
  const server = new SMTPServer({
    name: 'mail.hmo.example',
    secure: tls?.implicit ?? false,
    ...(tls ? { key: tls.key, cert: tls.cert } : { disabledCommands: ['STARTTLS'], allowInsecureAuth: true }),
    authMethods: ['PLAIN', 'LOGIN'],
    size: LARGEST_BYTES,
    disableReverseLookup: true,
    closeTimeout: 100,
    onConnect: (_session, done) => done(interference.refuses() ? replied('421 4.3.2 try again later') : null),
    onAuth: ({ username, password }, _session, done) => {
      const known = username === options.username && password === options.password
      done(known ? null : replied('535 5.7.8 authentication failed'), { user: username })
    },
    onMailFrom: (_address, _session, done) => done(orNull(interference.refusesSender())),
    onRcptTo: (_address, _session, done) => done(orNull(interference.refusesRecipient())),
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      const cutAt = interference.cutsMail()
      let size = 0
      stream.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        size += chunk.length
        if (cutAt !== null && size >= cutAt) end(session)
      })
      stream.once('end', async () => {
        const refusal = interference.refusesMail()
        if (stream.sizeExceeded) return done(replied('552 5.3.4 the mail is too large'))
        if (refusal !== null) return done(replied(refusal))
        const recipients = session.envelope.rcptTo.map(({ address }) => address)
        const receive = () => options.receive(Buffer.concat(chunks), recipients)
        if (interference.delaysMail(() => void receive())) return end(session)
        await receive()
        if (interference.losesReply()) end(session)
        else done(null, 'queued')
      })
    },
  })
  server.on('error', () => undefined)
  function end(session: SMTPServerSession): void {
    for (const connection of server.connections as Set<{ id: string; _socket: Socket }>)
      if (connection.id === session.id) connection._socket.destroy()
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, '127.0.0.1', resolve)
  })
  return {
    port: (server.server.address() as AddressInfo).port,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function orNull(refusal: string | null): Error | null {
  return refusal === null ? null : replied(refusal)
}

function replied(reply: string): Error {
  return Object.assign(new Error(reply.slice(4)), { responseCode: Number(reply.slice(0, 3)) })
}
