import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { harborHealth } from '../../../adapters/providers/harbor-health/index.ts'
import { context, incoming, playCase, type Step } from './playCase.ts'

const folder = path.join(import.meta.dirname, '../../../adapters/providers/harbor-health/fixtures')
const cases = readdirSync(folder)
const read = (name: string, file: string) => JSON.parse(readFileSync(path.join(folder, name, file), 'utf8'))
const messages = cases.flatMap((name) =>
  (read(name, 'message.json') as Step[]).flatMap((step) =>
    'message' in step ? [{ name, message: incoming(step.message) }] : [],
  ),
)

describe('harbor-health fixtures', () => {
  it('has every case that its declaration calls for', () => {
    const always = [
      'accepted',
      'refused',
      'answer-unreadable',
      'paid',
      'denied',
      'paid-in-part',
      'repeated-notice',
      'two-claims-one-message',
    ]
    for (const name of [...always, 'asked', 'pushed', 'bad-signature', 'with-attachment']) {
      expect(existsSync(path.join(folder, name, 'expected.json')), name).toBe(true)
    }
  })

  it.each(cases)('%s', async (name) => {
    expect(await playCase(read(name, 'message.json'))).toEqual(read(name, 'expected.json'))
  })

  it('repeated-notice: the same message reads the same', () => {
    const [first, second] = read('repeated-notice', 'expected.json')
    expect(first).toEqual(second)
  })

  it('a message cut anywhere is never read as a word about a claim or money, and never thrown at', async () => {
    for (const { name, message } of messages) {
      for (let at = 0; at < message.body.length - 1; at += 7) {
        const cut = { ...message, body: message.body.subarray(0, at) }
        expect(harborHealth.readAnswer(cut, context()).kind, name).toBe('unknown')
        for (const notice of await harborHealth.decode(cut, context())) {
          const harmless =
            notice.kind === 'unreadable' || (notice.kind === 'claim' && notice.fact.type === 'inquiry_failed')
          expect(harmless, `${name} at ${at}`).toBe(true)
        }
      }
    }
  })

  it('a code changed to one that nobody knows never becomes a known state', async () => {
    for (const name of ['paid', 'denied', 'paid-in-part']) {
      for (const step of read(name, 'message.json') as Step[]) {
        if (step.call !== 'decode') continue
        const text = new TextDecoder().decode(incoming(step.message).body)
        if (!text.includes('"code":"benefit"')) continue
        const body = new TextEncoder().encode(text.replace('"code":"benefit"', '"code":"zz-new"'))
        const [notice] = await harborHealth.decode({ ...incoming(step.message), body }, context())
        expect(notice).toMatchObject({
          kind: 'claim',
          fact: { type: 'other' },
          said: expect.arrayContaining([expect.objectContaining({ code: 'zz-new' })]),
        })
      }
    }
  })
})
