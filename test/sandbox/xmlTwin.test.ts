import { afterEach, describe, expect, it } from 'vitest'
import { httpTransport } from '../../adapters/transports/http/index.ts'
import type { CollectedDocument } from '../../adapters/transports/transport.ts'
import { checkRemittance, type Remittance } from '../../domain/money/remittance.ts'
import { readEffects } from '../../sandbox/effectLedger.ts'
import { scripted, steppedClock, until } from './httpTwin.ts'
import { claimOf, twinLine } from './xmlTwin.ts'

const lines: { stop(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(lines.splice(0).map((line) => line.stop()))
})

async function lineWith(...faults: string[]) {
  const clock = steppedClock()
  const script = scripted(...faults)
  const line = await twinLine({ clock, faults: script })
  lines.push(line)
  return { clock, line, script }
}

type Line = Awaited<ReturnType<typeof lineWith>>['line']

/** Waits until the HMO has said so many things of its claims, then reads all that is new. */
async function news(line: Line, said: number): Promise<Remittance[]> {
  await until(
    () => line.control(),
    ({ claims }) => claims.flatMap((claim) => claim.said).length >= said,
  )
  const { notices } = await line.collect()
  return notices.map((notice) => {
    if (notice.kind !== 'remittance') throw new Error(`read as ${notice.kind}`)
    expect(checkRemittance(notice.remittance)).toEqual([])
    return notice.remittance
  })
}

const TAKEN = { kind: 'taken', references: [], facts: [], said: [] }
const CORRECTED = { submissionNumber: 'B1B1B1B1B1B1B1B1', openingSubmissionNumber: claimOf('PF').submissionNumber }

describe('the line', () => {
  it('is TLS with the twin’s own authority; nobody else’s is believed', async () => {
    const { line } = await lineWith()
    expect((await httpTransport.check(line.session)).map(({ step, ok }) => [step, ok])).toEqual([
      ['connect', true],
      ['tls', true],
      ['sign-in', true],
      ['capability', true],
    ])
    const { caCertificate: _pinned, ...open } = line.session.endpoint
    const steps = await httpTransport.check({ ...line.session, endpoint: open })
    expect(steps.at(-1)).toMatchObject({ step: 'tls', ok: false })
  })

  it('stops at a wrong password', async () => {
    const { line } = await lineWith()
    line.session.secrets = { username: 'bright-smile', password: 'wrong' }
    expect(await line.send(claimOf('PF'))).toMatchObject({ kind: 'stopped' })
  })
})

/**
 * The first try under a fault: how it ended, how many effects it had; then the same file again must
 * end taken with one effect.
 */
describe('a fault, then the same file again', () => {
  it.each([
    ['executeAndTimeout', 'unknown', 1],
    ['truncate', 'unknown', 1],
    ['wrongRef', 'unknown', 1],
    ['refuse', 'unknown', 0],
    ['503', 'unknown', 0],
    ['html200', 'unknown', 0],
    ['rateLimit', 'not_sent', 0],
  ])('%s', async (fault, outcome, effects) => {
    const { clock, line, script } = await lineWith(fault)
    expect(line.readAnswer(await line.send(claimOf('PF'))).kind).toBe(outcome)
    expect(script.left).toEqual([])
    expect((await line.control()).effects).toBe(effects)
    expect(await line.ask(claimOf('PF'))).toBe('not_found')
    clock.advanceDays(0.1)
    expect(await line.ask(claimOf('PF'))).toBe(effects === 1 ? 'forwarded' : 'not_found')
    expect(line.readAnswer(await line.send(claimOf('PF'))).kind).toBe('taken')
    expect((await line.control()).effects).toBe(1)
  })

  it('executed, then timed out, killed and restarted in between: one effect in the file', async () => {
    const { line } = await lineWith('executeAndTimeout')
    await line.send(claimOf('PF'))
    await line.restart()
    expect(line.readAnswer(await line.send(claimOf('PF'))).kind).toBe('taken')
    const kinds = readEffects(`${line.folder}/effects.jsonl`).map((entry) => entry.kind)
    expect(kinds).toEqual(['effect', 'duplicate'])
  })

  it('a refusal whose answer was lost stays a refusal', async () => {
    const { line } = await lineWith('executeAndTimeout')
    await line.send(claimOf('FR'))
    expect(line.readAnswer(await line.send(claimOf('FR')))).toMatchObject({ kind: 'refused' })
    expect((await line.control()).effects).toBe(0)
  })
})

describe('what the HMO does with a claim', () => {
  it('PF: downloaded, then paid in full; a restart in between changes nothing', async () => {
    const { clock, line } = await lineWith()
    expect(line.readAnswer(await line.send(claimOf('PF')))).toEqual(TAKEN)
    clock.advanceDays(0.5)
    await until(
      () => line.ask(claimOf('PF')),
      (fact) => fact === 'received',
    )
    await line.restart()
    clock.advanceDays(3)
    const [remittance, ...more] = await news(line, 2)
    expect(more).toEqual([])
    expect(remittance).toMatchObject({ payer: 'INS026', traceNumber: 'TT-000001', amount: 136_050 })
    expect(remittance?.claims).toMatchObject([{ submissionNumber: claimOf('PF').submissionNumber, itemised: true }])
    expect((await line.collect()).found).toEqual([])
  })

  it('PP: the last service is denied', async () => {
    const { clock, line } = await lineWith()
    await line.send(claimOf('PP'))
    clock.advanceDays(4)
    const [remittance] = await news(line, 2)
    expect(remittance?.claims[0]?.lines.map(({ paid, adjustments }) => [paid, adjustments[0]?.said.code])).toEqual([
      [120_000, undefined],
      [0, 'NCOV-003'],
    ])
  })

  it('FR: refused with a report at upload; a corrected new original is paid', async () => {
    const { clock, line } = await lineWith()
    const refused = line.readAnswer(await line.send(claimOf('FR')))
    expect(refused).toEqual({
      kind: 'refused',
      said: [{ list: 'post-office', code: 'CLAI-003', text: 'MemberID is not valid on the date of service' }],
    })
    expect(line.readAnswer(await line.send(claimOf('FR', { submissionNumber: 'B1B1B1B1B1B1B1B1' })))).toEqual(TAKEN)
    clock.advanceDays(4)
    expect(await news(line, 2)).toMatchObject([{ amount: 136_050 }])
  })

  it('K26 DR: denied, then the correction under the first IDs is paid, and its payment names the first sending', async () => {
    const { clock, line } = await lineWith()
    await line.send(claimOf('DR'))
    clock.advanceDays(4)
    const [denial] = await news(line, 2)
    expect(denial).toMatchObject({ amount: 0, claims: [{ references: [{ value: 'GD-000001' }] }] })
    const correction = claimOf('DR', { ...CORRECTED, purpose: 'replacement', originalReference: 'GD-000001' })
    expect(line.readAnswer(await line.send(correction))).toEqual(TAKEN)
    clock.advanceDays(4)
    const [payment] = await news(line, 4)
    expect(payment?.claims).toMatchObject([{ submissionNumber: claimOf('DR').submissionNumber, paid: 136_050 }])
  })

  it('a correction of what was paid takes the first payment back', async () => {
    const { clock, line } = await lineWith()
    await line.send(claimOf('PP'))
    clock.advanceDays(4)
    await news(line, 2)
    await line.send(claimOf('PP', { ...CORRECTED, purpose: 'appeal', originalReference: 'GD-000001' }))
    clock.advanceDays(2)
    const [back] = await news(line, 4)
    expect(back?.claims).toMatchObject([
      { submissionNumber: claimOf('PP').submissionNumber, kind: 'payment', paid: 0 },
      { kind: 'reversal', paid: -120_000 },
    ])
  })

  it('a resubmission of what is not on file, and an ID used twice, are refused', async () => {
    const { line } = await lineWith()
    const stray = claimOf('PF', { ...CORRECTED, purpose: 'replacement', originalReference: 'GD-000099' })
    expect(line.readAnswer(await line.send(stray))).toMatchObject({ kind: 'refused', said: [{ code: 'RESU-002' }] })
  })

  it('TP: two halves, money without a decision', async () => {
    const { clock, line } = await lineWith()
    await line.send(claimOf('TP'))
    clock.advanceDays(3.1)
    expect(await news(line, 2)).toMatchObject([{ amount: 68_025, claims: [{ itemised: false }] }])
    clock.advanceDays(1)
    expect(await news(line, 3)).toMatchObject([{ amount: 68_025, claims: [{ itemised: false }] }])
  })

  it('OP: all of it, then the first service again', async () => {
    const { clock, line } = await lineWith()
    await line.send(claimOf('OP'))
    clock.advanceDays(3.1)
    expect(await news(line, 2)).toMatchObject([{ amount: 136_050, traceNumber: 'TT-000001' }])
    clock.advanceDays(1)
    const [again] = await news(line, 3)
    expect(again).toMatchObject({ amount: 120_000, traceNumber: 'TT-000002' })
    expect(again?.claims[0]?.lines.map(({ controlNumber }) => controlNumber)).toEqual(['1'])
  })

  it('SI: never downloaded, never answered', async () => {
    const { clock, line } = await lineWith()
    await line.send(claimOf('SI'))
    clock.advanceDays(60)
    expect(await line.ask(claimOf('SI'))).toBe('forwarded')
    expect((await line.collect()).found).toEqual([])
  })

  it('an authorisation that was asked for by other ways', async () => {
    const { line } = await lineWith()
    const said = {
      granted: true,
      requestId: 'REQ-1',
      number: 'PA-9',
      start: '24/11/2026',
      end: '24/12/2026',
      limit: '500',
    }
    await line.authorise(said)
    const { notices } = await line.collect()
    expect(notices).toMatchObject([{ kind: 'authorisation', answer: { number: 'PA-9', amount: 50_000 } }])
  })
})

/** Strikes the nth time that it is asked about the fault, from `arm` on. */
function nth(fault: string, count: number) {
  let left = Number.POSITIVE_INFINITY
  return {
    arm() {
      left = count
    },
    next(name: string) {
      if (name !== fault) return false
      left -= 1
      return left === 0
    },
  }
}

describe('the pick-up', () => {
  async function paid(faults = nth('none', 1)) {
    const clock = steppedClock()
    const line = await twinLine({ clock, faults })
    lines.push(line)
    await line.send(claimOf('PF'))
    clock.advanceDays(4)
    await until(
      () => line.control(),
      ({ undelivered }) => undelivered === 1,
    )
    faults.arm()
    return line
  }

  const STRIKES = ['executeAndTimeout', 'truncate', 'html200', '503', 'refuse'].flatMap((fault) =>
    ['the list', 'the download', 'the confirmation'].map((request, at) => [fault, request, at + 1] as const),
  )
  it.each(STRIKES)('under %s of %s loses nothing and stores nothing else', async (fault, _request, at) => {
    const line = await paid(nth(fault, at))
    const found: CollectedDocument[] = []
    for (let times = 0; times < 3; times += 1)
      await line.collect(found).catch((error: Error) => expect(error.message).toMatch(/collecting|confirming/))
    expect(new Set(found.map(({ key }) => key))).toEqual(new Set(['f-000001']))
    expect(new Set(found.map(({ message }) => Buffer.from(message.body).toString())).size).toBe(1)
    expect(Buffer.from(found[0]?.message.body ?? []).includes('<Remittance.Advice')).toBe(true)
    expect((await line.control()).undelivered).toBe(0)
  })

  it('that fails to store leaves the file new', async () => {
    const line = await paid()
    const failing = Object.assign([] as CollectedDocument[], {
      push: () => {
        throw new Error('the disk is full')
      },
    })
    await expect(line.collect(failing)).rejects.toThrow('the disk is full')
    expect((await line.control()).undelivered).toBe(1)
  })

  it('of one file listed twice reads the same bytes', async () => {
    const line = await paid(nth('dup', 1))
    const { found } = await line.collect()
    expect(found.map(({ key }) => key)).toEqual(['f-000001', 'f-000001'])
    expect(found[0]?.message.body).toEqual(found[1]?.message.body)
  })
})
