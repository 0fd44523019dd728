import { afterEach, describe, expect, it, vi } from 'vitest'
import { readEffects } from '../../sandbox/effectLedger.ts'
import { makeFaults } from '../../sandbox/faults.ts'
import { NUMBER, sampleSubmission } from '../adapters/fhir/sampleSubmission.ts'
import { scripted, steppedClock, twinLine, until } from './httpTwin.ts'

const lines: { stop(): Promise<void> }[] = []
afterEach(async () => {
  vi.useRealTimers()
  await Promise.all(lines.splice(0).map((line) => line.stop()))
})

async function lineWith(...faults: string[]) {
  const clock = steppedClock()
  const script = scripted(...faults)
  const line = await twinLine({ clock, faults: script, requestTimeoutMs: 1_000 })
  lines.push(line)
  return { clock, line, script }
}

const TAKEN = { kind: 'taken', references: [{ type: 'claim-number', value: 'HH-000001' }], facts: [], said: [] }

/**
 * The first try under a fault: how it ended, how many effects it had; then the same key again must
 * end taken with one effect.
 */
async function tryTwice(fault: string, outcome: string, effects: number): Promise<void> {
  const { line, script } = await lineWith(fault)
  const first = line.readAnswer(await line.send(sampleSubmission(), 'key-1'))
  expect(first.kind).toBe(outcome)
  expect(script.left).toEqual([])
  expect((await line.control()).effects).toBe(effects)
  expect(line.readAnswer(await line.send(sampleSubmission(), 'key-1'))).toEqual(TAKEN)
  expect((await line.control()).effects).toBe(1)
}

describe('a fault, then the same key again', () => {
  it('B8 a page for people instead of an answer is unknown', () => tryTwice('html200', 'unknown', 0))

  it('B9 an answer about another claim is unknown', () => tryTwice('wrongRef', 'unknown', 1))

  it.each([
    // fault, what the transport and adapter say together, effects before the second try
    ['executeAndTimeout', 'unknown', 1],
    ['truncate', 'unknown', 1],
    ['refuse', 'unknown', 0],
    ['503', 'unknown', 0],
    ['rateLimit', 'not_sent', 0],
  ] as const)('%s', tryTwice)

  it('executed, then timed out, killed and restarted in between: one effect in the file', async () => {
    const { line } = await lineWith('executeAndTimeout')
    await line.send(sampleSubmission(), 'key-1')
    await line.restart()
    expect(line.readAnswer(await line.send(sampleSubmission(), 'key-1'))).toEqual(TAKEN)
    const kinds = readEffects(`${line.folder}/effects.jsonl`).map((entry) => entry.kind)
    expect(kinds).toEqual(['effect', 'duplicate'])
  })

  it('a token that ends before its time costs a renewal, nothing else', async () => {
    const { line, script } = await lineWith('authExpire')
    // The twin's moods start when a token is a second old.
    script.left.length = 0
    await line.send(sampleSubmission({ submissionNumber: 'K7Q2M4X8Z1B3C5D0' }), 'key-0')
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1_100 })
    script.left.push('authExpire')
    expect(line.readAnswer(await line.send(sampleSubmission(), 'key-1')).kind).toBe('taken')
    expect(script.left).toEqual([])
  })
})

describe('any faults by seed', () => {
  it('each claim tried until it is taken has one effect, and its answer is its own', async () => {
    const rates = {
      refuse: 0.1,
      executeAndTimeout: 0.15,
      truncate: 0.1,
      wrongRef: 0.1,
      html200: 0.1,
      '503': 0.1,
      rateLimit: 0.05,
      authExpire: 0.1,
    }
    const line = await twinLine({ clock: steppedClock(), faults: makeFaults(7, rates) })
    lines.push(line)
    const kinds = new Set<string>()
    for (let claim = 0; claim < 40; claim += 1) {
      const submission = sampleSubmission({ submissionNumber: `SEED${String(claim).padStart(12, '0')}` })
      for (
        let answer = line.readAnswer(await line.send(submission, `key-${claim}`));
        ;
        answer = line.readAnswer(await line.send(submission, `key-${claim}`))
      ) {
        kinds.add(answer.kind)
        if (answer.kind !== 'taken') continue
        expect(answer.references).toEqual([{ type: 'claim-number', value: `HH-${String(claim + 1).padStart(6, '0')}` }])
        break
      }
    }
    expect(kinds).toEqual(new Set(['taken', 'unknown', 'not_sent']))
    const effects = readEffects(`${line.folder}/effects.jsonl`).flatMap((entry) =>
      entry.kind === 'effect' ? [entry.submissionNumber] : [],
    )
    expect(effects).toHaveLength(40)
    expect(new Set(effects).size).toBe(40)
  })
})

describe('the idempotency key', () => {
  it('with other bytes is unknown, never a second claim', async () => {
    const { line } = await lineWith()
    await line.send(sampleSubmission(), 'key-1')
    const other = sampleSubmission({ submissionNumber: 'K7Q2M4X8Z1B3C5D0' })
    expect(line.readAnswer(await line.send(other, 'key-1'))).toMatchObject({
      kind: 'unknown',
      because: expect.stringContaining('idempotency key'),
    })
    expect((await line.control()).effects).toBe(1)
  })

  it('B14 is forgotten after a day; then the submission number proves the arrival', async () => {
    const { line, clock } = await lineWith()
    await line.send(sampleSubmission(), 'key-1')
    clock.advanceDays(1.1)
    const again = await line.send(sampleSubmission(), 'key-1')
    expect(again).toMatchObject({ kind: 'answered', answer: { status: 409 } })
    expect(line.readAnswer(again)).toEqual(TAKEN)
    expect((await line.control()).effects).toBe(1)
  })

  it('still being worked on is said with a time to come back', async () => {
    const { line } = await lineWith()
    const half = line.halfRequest('key-1')
    await half.begun
    await until(line.control, ({ underway }) => underway === 1)
    expect(await line.send(sampleSubmission(), 'key-1')).toMatchObject({ kind: 'not_sent', retryAfterMs: 1_000 })
    half.end()
    await until(line.control, ({ underway }) => underway === 0)
    expect(line.readAnswer(await line.send(sampleSubmission(), 'key-1'))).toEqual(TAKEN)
  })

  it('sent twenty times at once makes one claim', async () => {
    const { line } = await lineWith()
    const sent = await Promise.all(Array.from({ length: 20 }, () => line.send(sampleSubmission(), 'key-1')))
    const answers = sent.map(line.readAnswer)
    expect(answers.every((answer) => answer.kind === 'taken' || answer.kind === 'not_sent')).toBe(true)
    expect(answers).toContainEqual(TAKEN)
    expect((await line.control()).effects).toBe(1)
  })
})

describe('what the HMO refuses', () => {
  it('is said in its words, and has no effect', async () => {
    const { line } = await lineWith()
    const wrong = sampleSubmission({ total: 1 })
    expect(line.readAnswer(await line.send(wrong, 'key-1'))).toEqual({
      kind: 'refused',
      said: [{ list: 'issue', code: 'total', text: 'Claim.total is not the sum of its items' }],
    })
    expect(await line.control()).toMatchObject({ effects: 0, refused: 1 })
  })
})

describe('asking', () => {
  it('E12 tells never seen, on file, and answered apart', async () => {
    const { line, clock } = await lineWith()
    const submission = sampleSubmission()
    const fact = async () =>
      (await line.ask(submission)).map(
        (notice) => notice.kind === 'claim' && { match: notice.match.submissionNumber, fact: notice.fact.type },
      )
    expect(await fact()).toEqual([{ match: NUMBER, fact: 'not_found' }])
    await line.send(submission, 'key-1')
    expect(await fact()).toEqual([{ match: NUMBER, fact: 'not_found' }])
    clock.advanceDays(0.01)
    expect(await fact()).toEqual([{ match: NUMBER, fact: 'forwarded' }])
    clock.advanceDays(0.3)
    await line.restart()
    expect(await fact()).toEqual([{ match: NUMBER, fact: 'received' }])
  })
})
