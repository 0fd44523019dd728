import { afterEach, describe, expect, it } from 'vitest'
import type { Notice } from '../../adapters/contract.ts'
import type { Submission } from '../../domain/claim.ts'
import { sampleSubmission } from '../adapters/fhir/sampleSubmission.ts'
import { type SteppedClock, steppedClock, twinLine, until } from './httpTwin.ts'

const lines: { stop(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(lines.splice(0).map((line) => line.stop()))
})

async function start() {
  const clock = steppedClock()
  const line = await twinLine({ clock })
  lines.push(line)
  return { clock, line }
}
type Line = Awaited<ReturnType<typeof start>>['line']

let numbers = 0
function claimOf(member: string, over: Partial<Submission> = {}): Submission {
  numbers += 1
  const base = sampleSubmission()
  return {
    ...base,
    submissionNumber: `SCN${String(numbers).padStart(13, '0')}`,
    enrolment: { ...base.enrolment, memberId: member },
    ...over,
  }
}

/** Lets days pass one step after another until nothing more is said. */
async function pass(line: Line, clock: SteppedClock, days: number): Promise<void> {
  for (let step = 0; step < days * 2; step += 1) {
    await clock.passDays(0.5)
  }
  await line.control()
}

function facts(notices: Notice[], submission: Submission): string[] {
  return notices.flatMap((notice) => {
    if (notice.kind === 'claim')
      return notice.match.submissionNumber === submission.submissionNumber ? [notice.fact.type] : []
    if (notice.kind !== 'remittance') return [notice.kind]
    return notice.remittance.claims.flatMap((claim) =>
      claim.submissionNumber === submission.submissionNumber ? [`paid ${claim.paid}`] : [],
    )
  })
}

/** Sends, lets time pass and collects every day, so that each version of an answer is seen. */
async function play(member: string, days = 6) {
  const { clock, line } = await start()
  const submission = claimOf(member)
  await line.send(submission, 'key-1')
  const seen: Notice[] = []
  let cursor: string | null = null
  for (let day = 0; day < days * 2; day += 1) {
    await pass(line, clock, 0.5)
    const collected = await line.collect(cursor)
    cursor = collected.cursor
    seen.push(...collected.notices)
  }
  return { clock, line, submission, seen, cursor }
}

function lastDecision(notices: Notice[]) {
  const decided = notices
    .flatMap((notice) => (notice.kind === 'claim' && notice.fact.type === 'decided' ? [notice.fact.lines] : []))
    .at(-1)
  return (decided ?? []).map(({ lineNumber, outcome, payable, adjustments }) => ({
    line: lineNumber,
    outcome,
    payable,
    adjustments: adjustments.map(({ bucket, amount }) => `${bucket} ${amount}`),
  }))
}

describe('scenarios', () => {
  it('PF: acknowledged, reviewed, decided with a contractual cut, paid', async () => {
    const { seen, submission } = await play('PF-1')
    expect([...new Set(facts(seen, submission))]).toEqual(['received', 'in_review', 'decided', `paid ${1_240_050}`])
    expect(lastDecision(seen)).toEqual([
      { line: 1, outcome: 'approved', payable: 1_080_000, adjustments: ['contractual 120000'] },
      { line: 2, outcome: 'approved', payable: 160_050, adjustments: [] },
    ])
  })

  it('PP: a copay on the first line, the last one not covered', async () => {
    const { seen, submission } = await play('PP-1')
    expect(lastDecision(seen)).toEqual([
      { line: 1, outcome: 'approved', payable: 1_080_000, adjustments: ['patient 120000'] },
      { line: 2, outcome: 'denied', payable: 0, adjustments: ['denied 160050'] },
    ])
    expect(facts(seen, submission)).toContain('paid 1080000')
  })

  it('TP: two payments, half each; OP: more than was claimed', async () => {
    const halves = await play('TP-1', 8)
    expect(facts(halves.seen, halves.submission).filter((fact) => fact.startsWith('paid'))).toEqual(
      expect.arrayContaining(['paid 680025', 'paid 680025']),
    )
    const over = await play('OP-1')
    expect(facts(over.seen, over.submission)).toContain(`paid ${1_360_050 + 10_000}`)
  })

  it('SI: nothing, ever; and an inquiry says only that it is on file', async () => {
    const { seen, line, submission } = await play('SI-1', 20)
    expect(seen).toEqual([])
    expect((await line.ask(submission))[0]).toMatchObject({ fact: { type: 'forwarded' } })
  })

  it('SL: everything, but late', async () => {
    const { seen, submission } = await play('SL-1', 8)
    expect(facts(seen, submission)).toEqual([])
    const later = await play('SL-2', 21)
    expect(facts(later.seen, later.submission)).toEqual(expect.arrayContaining(['received', 'decided', 'paid 1360050']))
  })
})

describe('corrections', () => {
  it('FR: rejected before review; a corrected new original is paid', async () => {
    const { seen, submission, line, clock, cursor } = await play('FR-1', 2)
    expect([...new Set(facts(seen, submission))]).toEqual(['rejected_front_end'])
    const corrected = claimOf('FR-1')
    await line.send(corrected, 'key-2')
    await pass(line, clock, 5)
    expect(facts((await line.collect(cursor)).notices, corrected)).toEqual(['decided', 'paid 1360050'])
  })

  it('DR: all denied; a replacement with the HMO\u2019s number is paid, one with another number is rejected', async () => {
    const { seen, submission, line, clock, cursor } = await play('DR-1', 4)
    expect(lastDecision(seen).map((each) => each.outcome)).toEqual(['denied', 'denied'])
    expect(facts(seen, submission).some((fact) => fact.startsWith('paid'))).toBe(false)
    const wrong = claimOf('DR-1', { purpose: 'replacement', originalReference: 'HH-999999' })
    await line.send(wrong, 'key-2')
    const right = claimOf('DR-1', {
      purpose: 'replacement',
      originalReference: 'HH-000001',
      originalSubmissionNumber: submission.submissionNumber,
    })
    await line.send(right, 'key-3')
    await pass(line, clock, 5)
    const { notices } = await line.collect(cursor)
    expect(facts(notices, wrong)).toEqual(['rejected_front_end'])
    expect(facts(notices, right)).toEqual(['decided', 'paid 1360050'])
  })

  it('a paid claim that is voided is taken back; an unpaid one is never paid', async () => {
    const { line, clock, submission, cursor } = await play('PF-2')
    const unpaid = claimOf('PF-3')
    await line.send(unpaid, 'key-2')
    const of = (original: Submission, reference: string) =>
      claimOf(original.enrolment.memberId, { purpose: 'void', originalReference: reference, attachments: [] })
    expect(line.readAnswer(await line.send(of(submission, 'HH-000001'), 'key-3')).kind).toBe('taken')
    expect(line.readAnswer(await line.send(of(unpaid, 'HH-000002'), 'key-4')).kind).toBe('taken')
    await pass(line, clock, 6)
    const { notices } = await line.collect(cursor)
    expect(facts(notices, submission)).toContain('paid -1240050')
    expect(
      notices.some((notice) => notice.kind === 'remittance' && notice.remittance.claims[0]?.kind === 'reversal'),
    ).toBe(true)
    expect(facts(notices, unpaid).some((fact) => fact.startsWith('paid'))).toBe(false)
  })
})

describe('many claims', () => {
  it('due together are one payment, and the pages of a collection miss none', async () => {
    const { line, clock } = await start()
    const many = Array.from({ length: 120 }, (_, index) => claimOf(`PF-M${index}`))
    await Promise.all(many.map((submission, index) => line.send(submission, `key-${index}`)))
    clock.advanceDays(0.3)
    await until(line.control, ({ claims }) => claims.every((claim) => claim.said.includes('acknowledged')))
    const acknowledged = await line.collect(null)
    // More in one instant than a page holds: some come twice, none is missed; the hub stores each
    // key once.
    expect(new Set(acknowledged.found.map((each) => each.key)).size).toBe(120)
    clock.advanceDays(5)
    await until(line.control, ({ claims }) => claims.every((claim) => claim.paid > 0))
    const paid = await line.collect(acknowledged.cursor)
    const remittances = paid.notices.flatMap((notice) => (notice.kind === 'remittance' ? [notice.remittance] : []))
    expect(remittances.length).toBeLessThan(120)
    expect(remittances.reduce((sum, each) => sum + each.amount, 0)).toBe(120 * 1_240_050)
    for (const each of remittances) expect(each.claims.reduce((sum, claim) => sum + claim.paid, 0)).toBe(each.amount)
    const decided = paid.notices.filter((notice) => notice.kind === 'claim' && notice.fact.type === 'decided')
    expect(decided.length).toBeGreaterThanOrEqual(120)
    const again = await line.collect(paid.cursor)
    expect(again.cursor).toBe(paid.cursor)
  })

  it('a restart goes on where the ledger ends', async () => {
    const { line, clock } = await start()
    const submission = claimOf('PF-R')
    await line.send(submission, 'key-1')
    clock.advanceDays(1.5)
    await until(line.control, ({ claims }) => claims[0]?.said.includes('in-review') === true)
    const before = await line.collect(null)
    await line.restart()
    const after = await line.collect(null)
    expect(after.found.map((each) => new TextDecoder().decode(each.message.body))).toEqual(
      before.found.map((each) => new TextDecoder().decode(each.message.body)),
    )
    clock.advanceDays(3)
    await until(line.control, ({ claims }) => (claims[0]?.paid ?? 0) > 0)
    expect((await line.control()).claims[0]?.said).toEqual(['acknowledged', 'in-review', 'decided', 'payment-1'])
  })
})
