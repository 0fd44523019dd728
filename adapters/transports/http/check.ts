import { isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { whyNot } from '../../../platform/addresses/reach.ts'
import type { CheckStep, Session } from '../transport.ts'
import { CONNECT_TIMEOUT_MS, codeOf, REACH_TIMEOUT_MS } from './agents.ts'
import { call } from './call.ts'
import { destinationOf, type HttpEndpoint } from './endpoint.ts'
import { signIn } from './signIn.ts'

/**
 * Connects, signs in and reads the server's capabilities, step by step; stops at the first step
 * that fails. Sends nothing.
 */
export async function check(session: Session<HttpEndpoint>): Promise<CheckStep[]> {
  const url = new URL(session.endpoint.baseUrl)
  const steps: (() => Promise<CheckStep>)[] = [
    () => reach(url, session),
    ...(url.protocol === 'https:' ? [() => handshake(url, session)] : []),
    () => token(session),
    () => capability(session),
  ]
  const done: CheckStep[] = []
  for (const step of steps) {
    const result = await step()
    done.push(result)
    if (!result.ok) break
  }
  return done
}

async function reach(url: URL, session: Session<HttpEndpoint>): Promise<CheckStep> {
  const { host, port } = destinationOf(url)
  const socket = await connected(url, session)
  if (typeof socket === 'string') return { step: 'connect', ok: false, detail: socket }
  socket.destroy()
  return { step: 'connect', ok: true, detail: `${host}:${port} answers` }
}

/** The socket, or why there is none. */
async function connected(url: URL, { addresses, signal }: Session<HttpEndpoint>): Promise<Socket | string> {
  const to = destinationOf(url)
  try {
    return await addresses.connect(to, { timeoutMs: REACH_TIMEOUT_MS, signal })
  } catch (error) {
    return whyNot(error, to)
  }
}

async function handshake(url: URL, session: Session<HttpEndpoint>): Promise<CheckStep> {
  const plain = await connected(url, session)
  if (typeof plain === 'string') return { step: 'tls', ok: false, detail: plain }
  const { endpoint, signal } = session
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve) => {
    const socket = connectTls({
      socket: plain,
      host,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(endpoint.caCertificate === undefined ? {} : { ca: endpoint.caCertificate }),
    })
    const end = (ok: boolean, detail: string) => {
      clearTimeout(timer)
      socket.destroy()
      plain.destroy()
      resolve({ step: 'tls', ok, detail })
    }
    const timer = setTimeout(() => end(false, 'the handshake takes too long'), CONNECT_TIMEOUT_MS)
    signal.addEventListener('abort', () => end(false, 'stopped'), { once: true })
    socket.once('secureConnect', () =>
      end(true, `${socket.getProtocol() ?? 'TLS'}, certificate until ${socket.getPeerCertificate().valid_to}`),
    )
    socket.on('error', (error) => end(false, `certificate or handshake: ${codeOf(error)}`))
  })
}

async function token(session: Session<HttpEndpoint>): Promise<CheckStep> {
  const kept = await signIn(session, null)
  // A token from before proves nothing about today's credentials.
  const signedIn = kept.kind === 'signed_in' ? await signIn(session, kept.authorization) : kept
  const ok = signedIn.kind === 'signed_in'
  return { step: 'sign-in', ok, detail: ok ? `${session.auth}: accepted` : signedIn.because }
}

/**
 * `metadata` is where a FHIR server states what it can do; any HTTP provider that answers there
 * below 300 has let us in.
 */
async function capability(session: Session<HttpEndpoint>): Promise<CheckStep> {
  const message = {
    transport: 'http' as const,
    method: 'GET' as const,
    path: '/metadata',
    headers: { accept: 'application/json' },
    body: null,
  }
  const called = await call(message, session, {})
  if (called.kind !== 'response') return { step: 'capability', ok: false, detail: called.because }
  const ok = called.status >= 200 && called.status < 300
  return {
    step: 'capability',
    ok,
    detail: ok ? 'the server states its capabilities' : `the server answered ${called.status}`,
  }
}
