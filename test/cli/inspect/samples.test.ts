import { describe, expect, it } from 'vitest'
import { allSamples, bytesOf, inspected, problemsOf } from './samples.ts'

describe('inspect', () => {
  it('reads every sample document as agreed (expected.jsonl)', async () => {
    const reports = await Promise.all(allSamples().map((sample) => inspected(bytesOf(sample), sample)))
    expect(reports.filter(({ readable }) => !readable).map(({ file }) => file)).toEqual([])
    const lines = reports.map((report) => `${JSON.stringify(report)}\n`).join('')
    await expect(lines).toMatchFileSnapshot('expected.jsonl')
  })

  it.each([
    ['x12/835-pipes-and-lines.x12'],
    ['x12/835-crlf-terminator.x12'],
    ['x12/835-crlf-after-segments.x12'],
    ['x12/835-one-line.x12'],
    ['x12/835-wrapped-at-80.x12'],
  ])('%s says the same as the plain file', async (sample) => {
    const plain = await inspected(bytesOf('x12/835-paid.x12'))
    expect(await inspected(bytesOf(sample))).toEqual(plain)
    expect(plain).toMatchObject({
      kind: 'remittance',
      transactions: [{ balanced: true, total: '1006.00', problems: [] }],
    })
  })

  it.each([
    ['835-line-off-by-a-cent', ['line-balance at ST 0001 CLP 1 (7K2M9QX4TB6VH0RC) SVC 1']],
    ['835-claim-off-by-a-cent', ['claim-balance at ST 0001 CLP 1 (7K2M9QX4TB6VH0RC)']],
    ['835-payment-off-by-a-cent', ['payment-balance at ST 0001']],
    ['835-wrong-counts', ['segment-count at ST 0001', 'segment-count at GS 901', 'segment-count at ISA']],
    [
      '835-wrong-control-numbers',
      ['control-number at ST 0001', 'control-number at ST 0002', 'control-number at GS 901', 'control-number at ISA'],
    ],
    ['835-without-envelope', ['missing at ISA']],
    ['835-group-without-interchange', ['missing at ISA']],
    ['837d-total-off', ['claim-balance at ST 0001 CLM 1 (8K2M9QX4TB6VH0RC)']],
  ])('%s: names what is wrong and where', async (sample, problems) => {
    expect(problemsOf(await inspected(bytesOf(`x12/${sample}.x12`)))).toEqual(problems)
  })

  it('reads six reasons of a CAS and six pairs of a PLB, each with its own reference', async () => {
    const report = await inspected(bytesOf('x12/835-medical.x12'))
    const [transaction] = report.transactions
    expect(transaction?.claims[0]?.adjustments.slice(-6).map(({ reason, amount }) => `${reason} ${amount}`)).toEqual([
      '96 10.00',
      '97 10.00',
      'B7 10.00',
      'A1 10.00',
      'P12 5.00',
      'D7 5.00',
    ])
    expect(
      transaction?.providerAdjustments.map(({ reason, reference, amount }) => `${reason} ${reference} ${amount}`),
    ).toEqual([
      'WO BC-7001 10.00',
      'FB 2026-03 -20.00',
      '72 CHK55 3.00',
      'L6 BC-9981 -4.50',
      'CS ADJ 9 5.00',
      'J1 null 6.50',
    ])
    expect(transaction).toMatchObject({ balanced: true, total: '548.50', problems: [] })
  })

  it('never shows a half segment as an amount', async () => {
    const [transaction] = (await inspected(bytesOf('x12/835-half-file.x12'))).transactions
    expect(transaction?.claims[0]).toMatchObject({ lines: 1, charged: '1136.00' })
    expect(transaction?.balanced).toBe(false)
  })

  it('keeps what it does not know verbatim and says so', async () => {
    const report = await inspected(bytesOf('x12/835-unknown-codes.x12'))
    expect(problemsOf(report).every((problem) => problem.startsWith('unknown-code at '))).toBe(true)
    expect(report.transactions[0]?.claims[0]).toMatchObject({
      status: '88',
      adjustments: [{ reason: '1' }, { reason: '3' }, { group: 'XX', reason: 'ZZ9', amount: '50.00' }],
    })
    expect(report.transactions[0]?.providerAdjustments).toEqual([{ reason: 'Q9', reference: 'X1', amount: '76.00' }])
  })

  it('prints null, never a guess, for an amount that is none', async () => {
    const [transaction] = (await inspected(bytesOf('x12/835-out-of-shape.x12'))).transactions
    expect(transaction).toMatchObject({ total: null, balanced: false })
    expect(transaction?.claims[0]).toMatchObject({ charged: '1136.00', paid: null, patientResponsibility: null })
  })

  it('never prints a patient', async () => {
    for (const sample of allSamples())
      expect(JSON.stringify(await inspected(bytesOf(sample)))).not.toMatch(/\b(?:DOE|JANE|ROE|RICHARD|POE)\b/i)
  })
})
