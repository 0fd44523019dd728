import { connect as connectTcp, isIP } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { CheckStep, Session } from '../transport.ts'
import { CONNECT_TIMEOUT_MS, codeOf } from './agents.ts'
import { call } from './call.ts'
import type { HttpEndpoint } from './endpoint.ts'
import { signIn } from './signIn.ts'

/** Connects, signs in and reads the server's capabilities, step by step; stops at the first step that fails. Sends nothing. */
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

function portOf(url: URL): number {
  return Number(url.port || (url.protocol === 'https:' ? 443 : 80))
}

function reach(url: URL, { signal }: Session<HttpEndpoint>): Promise<CheckStep> {
  const where = `${url.hostname}:${portOf(url)}`
  return new Promise((resolve) => {
    const socket = connectTcp({ host: hostOf(url), port: portOf(url), timeout: CONNECT_TIMEOUT_MS, signal })
    const end = (ok: boolean, detail: string) => {
      socket.destroy()
      resolve({ step: 'connect', ok, detail })
    }
    socket.once('connect', () => end(true, `${where} answers`))
    socket.once('timeout', () => end(false, `${where} does not answer`))
    socket.once('error', (error) => end(false, `${where}: ${codeOf(error)}`))
  })
}

function handshake(url: URL, { endpoint, signal }: Session<HttpEndpoint>): Promise<CheckStep> {
  return new Promise((resolve) => {
    const socket = connectTls({
      host: hostOf(url),
      port: portOf(url),
      ...(isIP(hostOf(url)) === 0 ? { servername: url.hostname } : {}),
      timeout: CONNECT_TIMEOUT_MS,
      ...(endpoint.caCertificate === undefined ? {} : { ca: endpoint.caCertificate }),
    })
    const end = (ok: boolean, detail: string) => {
      socket.destroy()
      resolve({ step: 'tls', ok, detail })
    }
    signal.addEventListener('abort', () => end(false, 'stopped'), { once: true })
    socket.once('secureConnect', () =>
      end(true, `${socket.getProtocol() ?? 'TLS'}, certificate until ${socket.getPeerCertificate().valid_to}`),
    )
    socket.once('timeout', () => end(false, 'the handshake takes too long'))
    socket.once('error', (error) => end(false, `certificate or handshake: ${codeOf(error)}`))
  })
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}

async function token(session: Session<HttpEndpoint>): Promise<CheckStep> {
  const kept = await signIn(session, null)
  // A token from before proves nothing about today's credentials.
  const signedIn = kept.kind === 'signed_in' ? await signIn(session, kept.authorization) : kept
  const ok = signedIn.kind === 'signed_in'
  return { step: 'sign-in', ok, detail: ok ? `${session.auth}: accepted` : signedIn.because }
}

/** `metadata` is where a FHIR server states what it can do; any HTTP provider that answers there below 300 has let us in. */
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
