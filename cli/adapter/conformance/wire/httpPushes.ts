import { Webhook } from 'standardwebhooks'
import { type Check, demand } from '../check.ts'
import type { Subject } from '../subject.ts'

/**
 * Pushes as the API's push route takes them: the signature is checked on the raw bytes, by the
 * transport.
 */
export function pushChecks(): Check[] {
  const now = new Date('2026-11-24T08:00:00.000Z')
  const secret = `whsec_${Buffer.from('the-kit-has-a-secret-of-its-own!').toString('base64')}`
  const verified = ({ transport }: Subject, body: Uint8Array, signedWith: string, at: Date) => {
    const text = Buffer.from(body).toString('utf8')
    const headers = {
      'webhook-id': 'msg-1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(signedWith).sign('msg-1', at, text),
    }
    return (received: Uint8Array) => transport.verifyPush?.(headers, received, { webhookSecret: secret }, now)
  }
  const pushed = (subject: Subject): Uint8Array => {
    const [message] = subject.messages('decode', 'pushed')
    demand(message !== undefined, 'the case pushed has no message')
    return message.body
  }
  const other = `whsec_${Buffer.from('another-secret-of-somebody-else!').toString('base64')}`
  return [
    {
      name: 'wire-push',
      rule: 'a push with the provider’s signature is taken',
      unless: noPushes,
      run: (on) => demand(verified(on, pushed(on), secret, now)(pushed(on))?.ok === true, 'it is refused'),
    },
    {
      name: 'wire-bad-signature',
      rule: 'a push that another secret signed, or whose bytes were changed, is refused',
      unless: noPushes,
      run: (on) => {
        const body = pushed(on)
        demand(verified(on, body, other, now)(body)?.ok === false, 'another secret is taken')
        const changed = Buffer.from(body)
        changed[changed.length - 2] = 0x39
        demand(verified(on, body, secret, now)(changed)?.ok === false, 'changed bytes are taken')
      },
    },
    {
      name: 'wire-replayed-push',
      rule: 'a push that is older than five minutes is refused',
      unless: noPushes,
      run: (on) => {
        const old = new Date(now.getTime() - 6 * 60_000)
        demand(verified(on, pushed(on), secret, old)(pushed(on))?.ok === false, 'it is taken')
      },
    },
  ]
}

const noPushes = ({ adapter }: Subject) => (adapter.push === undefined ? 'the provider pushes nothing' : null)
