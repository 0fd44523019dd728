import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { Notice } from '../../adapters/contract.ts'
import { claimOf, emailLine } from './emailTwin.ts'
import { scripted, steppedClock } from './httpTwin.ts'

const ONE = '7K2M9QX4TB6VH0RC'
const TWO = '8K2M9QX4TB6VH0RC'

type Line = Awaited<ReturnType<typeof emailLine>>
let line: Line
let clock: ReturnType<typeof steppedClock>
const started = async (...faults: string[]) => {
  clock = steppedClock()
  line = await emailLine({ clock, faults: scripted(...faults) })
  return line
}
afterEach(() => line.stop())

/** Lets days pass and reads until something comes. */
async function newsAfter(days: number): Promise<Notice[]> {
  clock.advanceDays(days)
  for (let patience = 100; ; patience -= 1) {
    const news = await line.news()
    if (news.length > 0 || patience === 0) return news
    await pause(20)
  }
}

/** A day passes; reads until this is among what was said. */
async function untilHeard(fact: string): Promise<string[]> {
  const heard = facts(await newsAfter(1))
  while (!heard.some((words) => words.endsWith(fact))) heard.push(...facts(await newsAfter(0)))
  return heard
}

function wordsOf(notice: Notice): string {
  switch (notice.kind) {
    case 'claim':
      return `${notice.match.submissionNumber} ${notice.fact.type}`
    case 'remittance':
      return `paid ${notice.remittance.claims.map(({ paid }) => paid).join(' and ')}`
    case 'batch':
      return `batch ${notice.controlNumber} ${notice.verdict}`
    case 'authorisation':
    case 'unreadable':
      return notice.kind
  }
}

const facts = (notices: Notice[]) => notices.map(wordsOf)

describe('the mail twin', () => {
  it('takes a claim, acknowledges, decides and pays it', async () => {
    await started()
    expect((await line.check()).every(({ ok }) => ok)).toBe(true)
    expect(await line.send([claimOf('PP', ONE)])).toEqual([{ kind: 'arrived' }])
    expect(line.ledger()).toMatchObject([
      {
        kind: 'effect',
        submissionNumber: ONE,
        purpose: 'new',
        total: 1_360_050,
        currency: 'PHP',
        memberId: 'PP-100200',
      },
    ])
    const [received] = await newsAfter(0.3)
    expect(received).toMatchObject({
      fact: { type: 'received' },
      match: { submissionNumber: ONE },
      references: [{ type: 'claim-number', value: 'VH00000001' }],
    })
    expect(facts(await newsAfter(1))).toEqual([`${ONE} in_review`])
    const [decision] = await newsAfter(1)
    expect(decision).toMatchObject({
      fact: {
        type: 'decided',
        lines: [
          {
            lineNumber: 1,
            outcome: 'approved',
            payable: 1_080_000,
            adjustments: [{ bucket: 'patient', amount: 120_000 }],
          },
          {
            lineNumber: 2,
            outcome: 'denied',
            payable: 0,
            adjustments: [{ bucket: 'denied', amount: 160_050, said: { code: 'NOT-COVERED' } }],
          },
        ],
      },
    })
    const [payment] = await newsAfter(1)
    expect(payment).toMatchObject({
      remittance: {
        payer: 'VISAYAS-HEALTH',
        traceNumber: 'VHP-000004',
        currency: 'PHP',
        amount: 1_080_000,
        claims: [{ submissionNumber: ONE, paid: 1_080_000 }],
      },
    })
  })

  it('answers many claims of one mail in one list, and pays them together', async () => {
    await started()
    await line.send([claimOf('PF', ONE), claimOf('SL', TWO), claimOf('DR', '9K2M9QX4TB6VH0RC')])
    expect(line.ledger()).toHaveLength(3)
    expect(facts(await newsAfter(0.3))).toEqual([`${ONE} received`, '9K2M9QX4TB6VH0RC received'])
    await newsAfter(1)
    await newsAfter(1)
    expect(facts(await newsAfter(1))).toEqual(['paid 1240050'])
  })

  it('splits what is too large for a mail, and the list comes once', async () => {
    await started()
    const sample = claimOf('PF', ONE)
    const papers = Array.from({ length: 4 }, (_, index) => ({ ...sample.attachments[0], attachmentId: `a-${index}` }))
    const sent = await line.send(
      [{ ...sample, attachments: papers as typeof sample.attachments }],
      new Uint8Array(4_000_000),
    )
    expect(sent.map(({ kind }) => kind)).toEqual(Array.from({ length: 4 }, () => 'arrived'))
    expect(line.ledger().map(({ kind }) => kind)).toEqual(['effect', 'note', 'note', 'note'])
  }, 30_000)

  it('returns the first claim of a member, and a corrected original is taken', async () => {
    await started()
    await line.send([claimOf('FR', ONE)])
    expect(facts(await newsAfter(0.3))).toEqual([`${ONE} rejected_front_end`])
    await line.send([claimOf('FR', TWO)])
    expect(facts(await newsAfter(0.3))).toEqual([`${TWO} received`])
  })

  it('asks for papers, and decides when they have come', async () => {
    await started()
    await line.send([claimOf('DQ', ONE)])
    expect(facts(await newsAfter(0.3))).toEqual([`${ONE} received`])
    expect(await untilHeard('documents_requested')).toContain(`${ONE} in_review`)
    await line.send([claimOf('DQ', TWO, { purpose: 'supplement', originalReference: 'VH00000001' })])
    expect(line.ledger().filter(({ kind }) => kind === 'effect')).toMatchObject([
      { purpose: 'new' },
      { purpose: 'supplement', submissionNumber: TWO },
    ])
    expect(facts(await newsAfter(2))).toEqual([`${ONE} decided`])
    expect(facts(await newsAfter(1))).toEqual(['paid 1360050'])
  })

  it('takes back what it paid when a replacement comes', async () => {
    await started()
    await line.send([claimOf('SL', ONE)])
    for (const days of [15, 2, 2, 2]) await newsAfter(days)
    await line.send([claimOf('SL', TWO, { purpose: 'replacement', originalReference: 'VH00000001' })])
    expect(facts(await newsAfter(1))).toEqual(['paid -1360050'])
  })

  it('sees a second copy, and a restart keeps the mailbox as it was', async () => {
    await started('dupAnswer')
    await line.send([claimOf('PF', ONE)])
    await line.send([claimOf('PF', ONE)])
    expect(line.ledger().filter(({ kind }) => kind === 'duplicate')).toHaveLength(1)
    expect(facts(await newsAfter(0.3))).toEqual([`${ONE} received`, `${ONE} received`])
    await line.restart()
    expect(await line.news()).toEqual([])
    expect(facts(await newsAfter(1))).toEqual([`${ONE} in_review`])
  })
})

describe('when something goes wrong on the way', () => {
  it('the 250 is lost: unknown here, one claim there, and its acknowledgement comes', async () => {
    await started('replyLost')
    expect(await line.send([claimOf('PF', ONE)])).toMatchObject([{ kind: 'unknown' }])
    expect(line.ledger().filter(({ kind }) => kind === 'effect')).toHaveLength(1)
    expect(facts(await newsAfter(0.3))).toEqual([`${ONE} received`])
  })

  it('the connection ends within the mail: not sent, nothing taken', async () => {
    await started('dropConnectionDuringMail')
    const [sent] = await line.send([claimOf('PF', ONE)], new Uint8Array(6_000_000))
    expect(sent?.kind).toBe('not_sent')
    expect(line.ledger()).toEqual([])
  }, 20_000)

  it('a bounce names the interchange and the claim', async () => {
    await started('bounce')
    await line.send([claimOf('PF', ONE)])
    expect(await newsAfter(0)).toMatchObject([
      {
        kind: 'batch',
        controlNumber: 101,
        interchangeId: '0190a000-0000-7000-8000-000000000101',
        verdict: 'undelivered',
        submissionNumbers: [ONE],
        said: [{ list: 'SMTP', code: '5.2.2' }],
      },
    ])
    expect(line.ledger().filter(({ kind }) => kind === 'effect')).toEqual([])
  })

  it('a robot’s answer is no acknowledgement, a person’s words are for a person', async () => {
    await started('autoReply', 'freeText')
    await line.send([claimOf('SI', ONE)])
    const [words, ...others] = await newsAfter(0)
    expect(others).toEqual([])
    expect(words).toMatchObject({
      kind: 'claim',
      match: { submissionNumber: ONE },
      fact: { type: 'other' },
      said: [{ code: 'written by a person', text: expect.stringContaining('call me about this one') }],
    })
  })

  it('D6 news about a number of nobody stay unmatched', async () => {
    await started('wrongRef')
    await line.send([claimOf('PF', ONE)])
    expect(facts(await newsAfter(0.3))).toEqual(['0000000000000000 received'])
  })
})
