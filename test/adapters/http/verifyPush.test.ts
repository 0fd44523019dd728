import { createHmac, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkPushHeaders, verifyPush } from '../../../adapters/transports/http/verifyPush.ts'

const key = randomBytes(32)
const secrets = { webhookSecret: `whsec_${key.toString('base64')}` }
const now = new Date('2031-05-06T07:08:09Z')
const seconds = Math.floor(now.getTime() / 1_000)
const body = new TextEncoder().encode('{"name":"O\u2019Brien & S\u00f6hne"}')

/** Signed by the specification (Standard Webhooks, symmetric), not by the library under test. */
function signed(
  over: { id?: string; timestamp?: string; body?: Uint8Array; key?: Buffer } = {},
): Record<string, string> {
  const { id = 'msg_1', timestamp = String(seconds) } = over
  const mac = createHmac('sha256', over.key ?? key)
    .update(`${id}.${timestamp}.`)
    .update(over.body ?? body)
    .digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${mac}` }
}

describe('a push', () => {
  it('with a good signature is known by its message id, whatever the wall clock says', () => {
    expect(verifyPush(signed(), body, secrets, now)).toEqual({ ok: true, key: 'msg_1' })
  })

  it('may carry several signatures, and header names in any case', () => {
    const headers = signed()
    const both = {
      'Webhook-Id': 'msg_1',
      'Webhook-Timestamp': String(seconds),
      'Webhook-Signature': `v1,${key.toString('base64')} ${headers['webhook-signature']}`,
    }
    expect(verifyPush(both, body, secrets, now).ok).toBe(true)
  })

  it('H9 is a replay after five minutes, and a forgery before its time', () => {
    for (const off of [-302, 302]) {
      expect(verifyPush(signed({ timestamp: String(seconds + off) }), body, secrets, now), String(off)).toMatchObject({
        ok: false,
      })
    }
    for (const off of [-299, 299]) {
      expect(verifyPush(signed({ timestamp: String(seconds + off) }), body, secrets, now).ok, String(off)).toBe(true)
    }
  })

  it('is looked at without its body: headers that are there, well formed and of now', () => {
    expect(checkPushHeaders(signed({ body: new Uint8Array() }), now)).toMatchObject({ ok: true })
    for (const headers of [{}, signed({ timestamp: String(seconds - 302) }), signed({ timestamp: '1e9' })])
      expect(checkPushHeaders(headers, now).ok).toBe(false)
  })

  it.each([
    ['another secret', signed({ key: randomBytes(32) })],
    ['a signature of other bytes', signed({ body: new TextEncoder().encode('{}') })],
    ['no headers', {}],
    ['no signature', { ...signed(), 'webhook-signature': '' }],
    [
      'another version',
      { ...signed(), 'webhook-signature': (signed()['webhook-signature'] ?? '').replace('v1,', 'v1a,') },
    ],
    ['another id', { ...signed(), 'webhook-id': 'msg_2' }],
    ['a malformed time', signed({ timestamp: '1e9' })],
    ['an id that splits a line', signed({ id: 'a\nb' })],
  ])('H9 with %s is refused', (_name, headers) => {
    expect(verifyPush(headers, body, secrets, now)).toMatchObject({ ok: false })
  })

  it('without or with a broken secret is refused, not crashed', () => {
    expect(verifyPush(signed(), body, {}, now).ok).toBe(false)
    expect(verifyPush(signed(), body, { webhookSecret: 'whsec_%%%' }, now).ok).toBe(false)
  })

  it('that is no UTF-8 is refused even when its bytes are signed', () => {
    const bytes = new Uint8Array([0x7b, 0xff, 0x7d])
    expect(verifyPush(signed({ body: bytes }), bytes, secrets, now)).toMatchObject({
      ok: false,
      because: 'the body is not UTF-8',
    })
  })

  it('H9 changed in any one byte is refused', () => {
    fc.assert(
      fc.property(fc.nat(body.length - 1), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const changed = Uint8Array.from(body)
        changed[place] = (changed[place] ?? 0) ^ change
        return !verifyPush(signed(), changed, secrets, now).ok
      }),
    )
  })
})
