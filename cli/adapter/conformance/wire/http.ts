import { type Check, demand } from '../check.ts'
import { claimWith } from '../claims.ts'
import { read } from '../rules/reading.ts'
import type { Subject } from '../subject.ts'
import { documentChecks } from './documents.ts'
import { pageChecks } from './httpPages.ts'
import { pushChecks } from './httpPushes.ts'
import { accepted, claimMessage, scenario, unknown } from './httpScenario.ts'
import { httpPost, playing } from './httpTwin.ts'

/** The faults of an HTTP HMO, by a generic twin on 127.0.0.1 and the product's own transport. */
export function httpChecks(subject: Subject): Check[] {
  return [
    ...answerChecks,
    ...silenceChecks,
    ...serverChecks,
    ...pageChecks(),
    ...pushChecks(),
    ...documentChecks(httpPost(subject)),
  ]
}

/** What the provider answers to a claim, and what proves nothing. */
const answerChecks: Check[] = [
  scenario(
    'sent',
    'the exact bytes reach the provider once, with their key, and the answer is read as taken',
    async (on, twin) => {
      const message = await claimMessage(on)
      twin.behave(playing(accepted(on)))
      const sent = await twin.send(message, 'key-7')
      demand(sent.kind === 'answered', `it is ${sent.kind}`)
      const { kind } = on.adapter.readAnswer(sent.answer, on.context())
      demand(kind === 'taken', `the answer is read as ${kind}`)
      demand(twin.requests.length === 1, `${twin.requests.length} requests`)
      demand(twin.requests[0]?.body.equals(Buffer.from(message.body ?? [])) === true, 'other bytes arrived')
      demand(twin.requests[0]?.headers['idempotency-key'] === 'key-7', 'without its key')
    },
  ),
  scenario('refused', 'the provider’s refusal is read as refused, in its own words', async (on, twin) => {
    const [refusal] = on.messages('readAnswer', 'refused')
    demand(refusal !== undefined, 'the case refused has no answer')
    twin.behave(playing(refusal))
    const sent = await twin.send(await claimMessage(on))
    demand(sent.kind === 'answered', `it is ${sent.kind}`)
    const answer = on.adapter.readAnswer(sent.answer, on.context())
    demand(answer.kind === 'refused' && answer.said.length > 0, `it is read as ${answer.kind}`)
  }),
  unknown(
    'html-200',
    'a login page with status 200 is unknown',
    (res) => void res.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>Please sign in</body></html>'),
  ),
  unknown('truncated', 'an answer that breaks off in the middle is unknown', (res) => {
    res.writeHead(201, { 'content-type': 'application/json', 'content-length': '5000' })
    res.write('{"resourceType":"Cl')
    setTimeout(() => res.destroy(), 20)
  }),
  unknown('server-error', 'a 500 is unknown: the claim may be booked', (res) => void res.writeHead(500).end('oops')),
  unknown(
    'redirect',
    'a redirect is not followed with patient data',
    (res) => void res.writeHead(307, { location: '/hmo/elsewhere' }).end(),
  ),
  unknown('huge-answer', 'an answer of more than ten million bytes is cut off', (res) => {
    res.writeHead(201)
    res.end(Buffer.alloc(11 * 1024 * 1024, 0x20))
  }),
]

/** The claim was sent and no answer came. */
const silenceChecks: Check[] = [
  scenario(
    'timed-out',
    'executed and then silent: unknown, and executed once, however often it is looked at',
    async (on, twin) => {
      const executed = new Set<string>()
      twin.behave((request) => void executed.add(String(request.headers['idempotency-key'])))
      const message = await claimMessage(on)
      const sent = await twin.send(message, 'key-9', twin.session({ requestTimeoutMs: 150 }))
      demand(sent.kind === 'unknown', `it is ${sent.kind}`)
      demand(twin.requests.length === 1, `it was sent ${twin.requests.length} times`)
      if (on.adapter.declaration.delivery.keyWindowHours > 0) {
        twin.behave((request, res) => {
          executed.add(String(request.headers['idempotency-key']))
          playing(accepted(on))(request, res)
        })
        const again = await twin.send(message, 'key-9')
        demand(again.kind === 'answered', `the second try is ${again.kind}`)
        demand(executed.size === 1, 'the second try came with another key')
      }
    },
  ),
  scenario(
    'looked-up',
    'after a silence the inquiry finds the claim by our number',
    async (on, twin) => {
      const [reply] = on.messages('decode', 'asked')
      demand(reply !== undefined, 'the case asked has no reply')
      const [inquiry] = (await on.adapter.ask?.([{ submission: claimWith(on), references: [] }], on.context())) ?? []
      demand(inquiry !== undefined, 'nothing is asked')
      twin.behave(playing(reply))
      const asked = await twin.send(inquiry)
      demand(asked.kind === 'answered', `it is ${asked.kind}`)
      const notices = await read(on, asked.answer)
      demand(
        notices.some(({ kind }) => kind === 'claim'),
        'the reply is not read',
      )
    },
    ({ adapter }) =>
      adapter.declaration.delivery.lookup ? null : 'the provider cannot be asked about an unknown sending',
  ),
]

/** Servers that refuse connections or sign-ins, and the check of the connection. */
const serverChecks: Check[] = [
  scenario(
    'expired-credentials',
    'refused credentials stop the connection, and nothing has left',
    async (on, twin) => {
      twin.letIn = false
      const sent = await twin.send(await claimMessage(on))
      demand(sent.kind === 'stopped', `it is ${sent.kind}`)
      demand(twin.requests.length === 0, 'the claim left')
    },
    signsIn,
  ),
  scenario(
    'token-ended',
    'a token that ended on the way is renewed once, and the claim is executed once',
    async (on, twin) => {
      twin.behave((_request, res) => void res.writeHead(401).end(), playing(accepted(on)))
      const sent = await twin.send(await claimMessage(on))
      demand(sent.kind === 'answered', `it is ${sent.kind}`)
      demand(twin.requests.length === 2, `${twin.requests.length} requests`)
    },
    ({ adapter }) => (adapter.declaration.auth === 'oauth2-client-credentials' ? null : 'the provider gives no tokens'),
  ),
  scenario(
    'rate-limit',
    'a 429 was certainly not executed: it is sent again after the time that the provider names',
    async (on, twin) => {
      twin.behave((_request, res) => void res.writeHead(429, { 'retry-after': '7' }).end())
      const sent = await twin.send(await claimMessage(on))
      demand(sent.kind === 'not_sent' && sent.retryAfterMs === 7_000, `it is ${sent.kind}`)
    },
  ),
  scenario('not-there', 'a provider that cannot be reached has nothing: it is tried again freely', async (on, twin) => {
    const session = twin.session()
    await twin.stop()
    const sent = await twin.send(await claimMessage(on), 'key-1', session)
    demand(sent.kind === 'not_sent', `it is ${sent.kind}`)
  }),
  scenario(
    'check',
    'the connection’s check passes each step, and fails at the sign-in when the secrets are wrong',
    async (on, twin) => {
      const steps = await on.transport.check(twin.session())
      demand(
        steps.every(({ ok }) => ok),
        `${steps.find(({ ok }) => !ok)?.step}: ${steps.find(({ ok }) => !ok)?.detail}`,
      )
      twin.letIn = false
      const failed = (await on.transport.check(twin.session())).filter(({ ok }) => !ok)
      demand(on.adapter.declaration.auth === 'none' || failed.length === 1, 'wrong secrets pass')
      demand(twin.requests.length === 0, 'the check sent something')
    },
  ),
]

function signsIn({ adapter }: Subject): string | null {
  return adapter.declaration.auth === 'none' ? 'nobody signs in' : null
}
