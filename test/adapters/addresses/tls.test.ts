import { TLSSocket } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openImap } from '../../../adapters/transports/email/imap.ts'
import { send as sendMail } from '../../../adapters/transports/email/send.ts'
import { httpTransport } from '../../../adapters/transports/http/index.ts'
import { allowedFrom } from '../../../platform/addresses/allowList.ts'
import { addressGuard } from '../../../platform/addresses/guard.ts'
import { makeServerIdentity } from '../../../sandbox/certificates.ts'
import { mailOut, marks, startMail } from '../email/harness.ts'
import { httpServer, type TestServer, tcpServer } from '../http/scriptedServer.ts'
import { options, post, sessionTo } from '../http/session.ts'

/** Vouched for as 127.0.0.1 and localhost. */
const { key, certificate: cert, caCertificate } = makeServerIdentity(new Date())
const addresses = addressGuard({ allowed: allowedFrom('127.0.0.1,::1'), resolve: async () => ['127.0.0.1'] })

let web: TestServer
let implicit: Awaited<ReturnType<typeof startMail>>
let starttls: Awaited<ReturnType<typeof startMail>>
beforeAll(async () => {
  web = await httpServer((_request, response) => void response.writeHead(201).end('{}'), { key, cert })
  implicit = await startMail({ tls: { key, cert, implicit: true } })
  starttls = await startMail({ tls: { key, cert, implicit: false } })
})
afterAll(async () => {
  await Promise.all([web.close(), implicit.stop(), starttls.stop()])
})

/** Speaks IMAP as far as a sign-in, and TLS only once it is asked for. */
function startStartTlsImap(): Promise<TestServer> {
  return tcpServer((plain) => {
    plain.write('* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n')
    plain.once('data', (asked) => {
      plain.write(`${tagOf(asked)} OK begin\r\n`)
      const secured = new TLSSocket(plain, { isServer: true, key, cert })
      secured.on('error', () => undefined)
      secured.on('data', (line) => {
        const capabilities = line.includes('CAPABILITY') ? '* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n' : ''
        secured.write(`${capabilities}${tagOf(line)} OK done\r\n`)
      })
    })
  })
}

function tagOf(line: Buffer): string {
  return line.toString().split(' ')[0] ?? ''
}

/** The connection goes to an address; the certificate must be the name's. */
describe.each([
  ['localhost', true],
  ['other.example', false],
])('a server that is called %s', (host, proves) => {
  it('over HTTPS', async () => {
    const over = { baseUrl: `https://${host}:${web.port}/fhir`, caCertificate }
    const session = { ...sessionTo(web.port, { over }), addresses }
    expect((await httpTransport.send(post(), session, options('key-1'))).kind).toBe(proves ? 'answered' : 'not_sent')
    const tls = (await httpTransport.check(session)).find(({ step }) => step === 'tls')
    expect(tls?.ok, tls?.detail).toBe(proves)
  })

  it.each(['implicit', 'starttls'] as const)('over SMTP with %s', async (tls) => {
    const { session, smtp } = tls === 'implicit' ? implicit : starttls
    const own = session({ endpoint: { smtp: { host, port: smtp.port, tls }, caCertificate } })
    expect((await sendMail(mailOut(), { ...own, addresses }, marks().options)).kind).toBe(
      proves ? 'arrived' : 'not_sent',
    )
  })

  it('over IMAP', async () => {
    const { session, imap } = implicit
    const own = session({
      endpoint: { imap: { host, port: imap.port, tls: 'implicit', folder: 'INBOX', rereadDays: 30 }, caCertificate },
    })
    const opened = await openImap({ ...own, addresses })
    if (opened.kind === 'open') opened.client.close()
    expect(opened.kind === 'open' ? 'open' : opened.step).toBe(proves ? 'open' : 'tls')
  })

  it('over IMAP with starttls', async () => {
    const server = await startStartTlsImap()
    const own = implicit.session({
      endpoint: { imap: { host, port: server.port, tls: 'starttls', folder: 'INBOX', rereadDays: 30 }, caCertificate },
    })
    const opened = await openImap({ ...own, addresses })
    if (opened.kind === 'open') opened.client.close()
    expect(opened.kind === 'open' ? 'open' : opened.because).toBe(proves ? 'open' : 'ERR_TLS_CERT_ALTNAME_INVALID')
    await server.close()
  })
})
