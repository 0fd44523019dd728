import { describe, expect, it } from 'vitest'
import { decode } from '../../../adapters/providers/summit-dental/decode.ts'
import { context } from '../../adapters/x12/samples.ts'
import { fieldBytes } from '../../support/fieldFiles.ts'
import { inspected, problemsOf } from './samples.ts'

/** What the live inbox makes of a file by SFTP: the kinds of its notices. */
function live(body: Uint8Array): string[] {
  const notices = decode({ transport: 'sftp', name: 'field.x12', body }, context({ now: '2026-12-31T00:00:00.000Z' }))
  return notices.map(({ kind }) => kind)
}

describe('what an adjudication says of the patient', () => {
  // Source: CLP05, X12 RFI 2548.
  it('K9: a figure that is not the sum of the reasons is a problem, with both', async () => {
    const report = await inspected(fieldBytes('e2e-18.x12'))
    expect(problemsOf(report).map((each) => each.split(' ')[0])).toEqual(['patient-balance'])
    expect(report).toMatchObject({ readable: true, transactions: [{ balanced: true }] })
    expect(problemsOf(await inspected(fieldBytes('e2e-62-pr-35.x12')))).toEqual([])
  })
})

describe('inspect and the live inbox give one answer', () => {
  it('about NUL padding at the end: both read it', async () => {
    const body = fieldBytes('03e-nul-padding-at-end.x12')
    expect(live(body)).toEqual(['remittance'])
    const report = await inspected(body)
    expect(report).toMatchObject({ readable: true, transactions: [{ kind: 'remittance', balanced: true }] })
    expect(problemsOf(report)).toEqual([])
  })

  it('about a NUL byte within an interchange: neither believes it', async () => {
    const whole = fieldBytes('03e-nul-padding-at-end.x12')
    const text = Buffer.from(whole).toString('latin1').replace('CLP*', 'CLP\0*')
    const body = new Uint8Array(Buffer.from(text, 'latin1'))
    expect(live(body)).toEqual(['unreadable'])
    expect(problemsOf(await inspected(body)).some((each) => each.startsWith('malformed at character'))).toBe(true)
  })

  it('about padding between ISA16 and the terminator: both read it', async () => {
    const body = fieldBytes('01-isa-space-before-terminator.x12')
    expect(live(body)).toEqual(['remittance'])
    expect(problemsOf(await inspected(body))).toEqual([])
  })

  // Source: 835 guide, BPR03 D.
  it('about a debit flag: the amount keeps its sign and balances', async () => {
    const body = fieldBytes('e2e-65-debit-flag.x12')
    expect(live(body)).toEqual(['remittance'])
    expect(await inspected(body)).toMatchObject({ transactions: [{ total: '140.00', balanced: true, problems: [] }] })
  })

  // Source: 835 guide, BPR01 H; X12 RFI 352.
  it('about an amount by which no money moves: the place is named', async () => {
    const body = fieldBytes('e2e-66-notification-only-with-amount.x12')
    expect(live(body)).toEqual(['unreadable'])
    expect(problemsOf(await inspected(body))).toEqual(['notification-with-amount at ST 0001 BPR01'])
  })
})

it('inspect reads windows-1252 with curly signs and says that it was not agreed', async () => {
  const report = await inspected(fieldBytes('77c-cp1252-curly-apostrophe.csv'))
  expect(report).toMatchObject({ readable: true, transactions: [{ claims: [{ paid: '100.00' }] }] })
  expect(problemsOf(report)).toContain('malformed at file')
})
