import { createHash } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import type { Notice } from '../../adapters/contract.ts'
import { decode } from '../../adapters/providers/summit-dental/decode.ts'
import type { Remittance } from '../../domain/money/remittance.ts'
import { makeFaults } from '../../sandbox/faults.ts'
import { type Sample, saidOf, sample, startTwin, type Twin, until } from './sftpTwin.ts'

let twin: Twin
afterEach(() => twin.stop())

const put = (kind: 'claim' | 'dependent' | 'inquiry', values: Sample) =>
  twin.put(`${values.control}.x12`, sample(kind, values))
const numberOf = (clm: string) => twin.of('effect').find((effect) => effect.submissionNumber === clm)?.claimNumber ?? ''
const whats = (clm: string) => twin.of('said').flatMap((said) => (said.about === clm ? [said.what] : []))
const paid = (clm: string) =>
  twin.of('said').flatMap((said) => (said.about === clm && said.paid !== undefined ? [said.paid] : []))

/** What the product's own adapter reads out of everything that the twin has put out. */
function notices(currency = 'USD'): Notice[] {
  const ctx = {
    settings: twin.connection.settings,
    mode: 'production' as const,
    currency,
    now: '2027-01-01T00:00:00.000Z',
    zone: 'UTC',
    attachment: () => new Uint8Array(),
  }
  return twin
    .out()
    .flatMap(({ name, text }) => decode({ transport: 'sftp', name, body: Buffer.from(text, 'latin1') }, ctx))
}

const remittances = (): Remittance[] =>
  notices().flatMap((notice) => (notice.kind === 'remittance' ? [notice.remittance] : []))
const sum = (amounts: number[]) => amounts.reduce((total, each) => total + each, 0)

/** The three rules of an 835, to the cent (formats.md 4). */
function expectBalanced(remittance: Remittance): void {
  for (const claim of remittance.claims) {
    for (const line of claim.lines)
      expect(line.charged - sum(line.adjustments.map((each) => each.amount))).toBe(line.paid)
    expect(sum(claim.lines.map((line) => line.charged))).toBe(claim.charged)
    expect(sum(claim.lines.map((line) => line.paid))).toBe(claim.paid)
  }
  const adjusted = sum(remittance.providerAdjustments.map((each) => each.amount))
  expect(sum(remittance.claims.map((claim) => claim.paid)) - adjusted).toBe(remittance.amount)
}

describe('what Summit does with a claim', () => {
  it.each([
    ['PF', 'claim', ['acknowledged', 'in-review', 'payment-1'], [103_600]],
    ['PF', 'dependent', ['acknowledged', 'in-review', 'payment-1'], [8_991]],
    ['PP', 'claim', ['forwarded', 'acknowledged', 'in-review', 'payment-1'], [90_000]],
    ['PP', 'dependent', ['forwarded', 'acknowledged', 'in-review', 'payment-1'], [4_995]],
    ['DR', 'claim', ['acknowledged', 'in-review', 'denied'], [0]],
    ['TP', 'claim', ['acknowledged', 'in-review', 'payment-1', 'payment-2'], [100_000, 13_600]],
    ['TP', 'dependent', ['acknowledged', 'in-review', 'payment-1', 'payment-2'], [4_995, 4_995]],
    ['OP', 'claim', ['acknowledged', 'in-review', 'payment-1', 'payment-2'], [113_600, 113_600]],
    ['HP', 'claim', ['acknowledged', 'payment-1'], [113_600]],
    ['SL', 'claim', ['acknowledged', 'in-review', 'payment-1'], [113_600]],
  ] as const)('%s, as a %s', async (scenario, kind, says, amounts) => {
    twin = await startTwin()
    const clm = `${scenario}00000000000001`
    put(kind, { control: 1, clm, member: `${scenario}-1` })
    await saidOf(twin, clm, says.at(-1) ?? '')
    expect(whats(clm)).toEqual(says)
    expect(paid(clm)).toEqual(amounts)
    expect(twin.inbox()).toEqual([])
    for (const remittance of remittances()) expectBalanced(remittance)
    expect(sum(remittances().map((each) => each.amount))).toBe(sum([...amounts]))
    expect(new Set(remittances().map((each) => each.traceNumber)).size).toBe(amounts.length)
    expect(notices().filter((notice) => notice.kind === 'unreadable')).toEqual([])
    const ours = notices().flatMap((notice) => (notice.kind === 'claim' ? [notice] : []))
    expect(ours.every((notice) => notice.match.submissionNumber === clm && notice.fact.type !== 'other')).toBe(true)
  })

  it('tells the reasons: copay of the patient, denied line, contractual cut', async () => {
    twin = await startTwin()
    put('claim', { control: 1, clm: 'PP00000000000001', member: 'PP-1' })
    put('claim', { control: 2, clm: 'PF00000000000001', member: 'PF-1' })
    await saidOf(twin, 'PP00000000000001', 'payment-1')
    await saidOf(twin, 'PF00000000000001', 'payment-1')
    const said = remittances()
      .flatMap((remittance) => remittance.claims)
      .map((claim) => [
        claim.submissionNumber,
        claim.patientResponsibility ?? 0,
        claim.lines.flatMap((line) => line.adjustments.map((each) => [each.said.code, each.amount])),
      ])
    expect(said).toContainEqual([
      'PP00000000000001',
      10_000,
      [
        ['PR-3', 10_000],
        ['CO-96', 13_600],
      ],
    ])
    expect(said).toContainEqual(['PF00000000000001', 0, [['CO-45', 10_000]]])
  })

  it('pays several claims of one payee in one 835, each currency for itself', async () => {
    twin = await startTwin()
    await twin.stopTwin()
    for (let control = 1; control <= 3; control += 1)
      put('claim', { control, clm: `HP0000000000000${control}`, member: 'HP-1' })
    put('dependent', { control: 4, clm: 'HP00000000000004', member: 'HP-2' })
    await twin.restart()
    for (let control = 1; control <= 4; control += 1) await saidOf(twin, `HP0000000000000${control}`, 'payment-1')
    const keys = twin.of('said').flatMap((said) => (said.what === 'payment-1' ? [[said.about, said.key]] : []))
    const inDollars = new Set(keys.slice(0, 3).map(([, key]) => key))
    expect(inDollars.size).toBeLessThan(3)
    expect(inDollars).not.toContain(keys.find(([about]) => about === 'HP00000000000004')?.[1])
    expect(new Set(remittances().map((each) => each.currency))).toEqual(new Set(['USD', 'PHP']))
    for (const remittance of remittances()) expectBalanced(remittance)
  })

  it('stays silent about SI, also when it is asked', async () => {
    twin = await startTwin()
    put('claim', { control: 1, clm: 'SI00000000000001', member: 'SI-1' })
    put('inquiry', { control: 2, clm: 'SI00000000000001', member: 'SI-1' })
    put('claim', { control: 3, clm: 'PF00000000000001', member: 'PF-1' })
    await saidOf(twin, 'PF00000000000001', 'payment-1')
    expect(twin.of('effect').map((effect) => effect.submissionNumber)).toContain('SI00000000000001')
    expect(twin.out().filter(({ text }) => text.includes('SI000') || text.includes('000000001*260310'))).toEqual([])
  })

  it('rejects the first claim of an FR member at the front end, and pays the next new one', async () => {
    twin = await startTwin()
    put('claim', { control: 1, clm: 'FR00000000000001', member: 'FR-1' })
    await saidOf(twin, 'FR00000000000001', 'rejected')
    put('claim', { control: 2, clm: 'FR00000000000002', member: 'FR-1' })
    await saidOf(twin, 'FR00000000000002', 'payment-1')
    expect(whats('FR00000000000001')).toEqual(['rejected'])
    expect(paid('FR00000000000002')).toEqual([113_600])
    expect(
      notices().filter((notice) => notice.kind === 'claim' && notice.fact.type === 'rejected_front_end'),
    ).toHaveLength(1)
  })

  it('pays a replacement of a denied claim only with its own number of it', async () => {
    twin = await startTwin()
    put('claim', { control: 1, clm: 'DR00000000000001', member: 'DR-1' })
    await saidOf(twin, 'DR00000000000001', 'denied')
    put('claim', { control: 2, clm: 'DR00000000000002', member: 'DR-1', frequency: '7', original: 'SD77777777' })
    await saidOf(twin, 'DR00000000000002', 'rejected')
    put('claim', {
      control: 3,
      clm: 'DR00000000000003',
      member: 'DR-1',
      frequency: '7',
      original: numberOf('DR00000000000001'),
    })
    await saidOf(twin, 'DR00000000000003', 'payment-1')
    expect(paid('DR00000000000003')).toEqual([113_600])
    expect(whats('DR00000000000001')).toEqual(['acknowledged', 'in-review', 'denied'])
    expect(twin.of('effect').map((effect) => effect.purpose)).toEqual(['new', 'replacement', 'replacement'])
  })

  it('takes a paid claim back when it is replaced, in the same payment; what is left over is carried', async () => {
    twin = await startTwin()
    put('claim', { control: 1, clm: 'PP00000000000001', member: 'PP-1' })
    await saidOf(twin, 'PP00000000000001', 'payment-1')
    put('claim', {
      control: 2,
      clm: 'PP00000000000002',
      member: 'PP-1',
      frequency: '7',
      original: numberOf('PP00000000000001'),
    })
    await saidOf(twin, 'PP00000000000002', 'payment-1')
    expect(paid('PP00000000000001')).toEqual([90_000, -90_000])
    // A void: nothing is paid, so the debt is carried forward, and comes off the next payment.
    put('claim', {
      control: 3,
      clm: 'PP00000000000003',
      member: 'PP-1',
      frequency: '8',
      original: numberOf('PP00000000000002'),
    })
    await saidOf(twin, 'PP00000000000002', 'taken-back')
    put('claim', { control: 4, clm: 'HP00000000000004', member: 'HP-1' })
    await saidOf(twin, 'HP00000000000004', 'payment-1')
    const all = remittances()
    for (const remittance of all) expectBalanced(remittance)
    expect(all.map((each) => each.amount)).toEqual([90_000, 23_600, 0, 0])
    expect(all.map((each) => each.providerAdjustments.map((adjustment) => adjustment.amount))).toEqual([
      [],
      [],
      [-113_600],
      [113_600],
    ])
    expect(all[2]?.providerAdjustments[0]?.reference).toBe(all[3]?.providerAdjustments[0]?.reference)
  })

  it('answers inquiries by what it has said so far', async () => {
    twin = await startTwin()
    put('claim', { control: 1, clm: 'PF00000000000001', member: 'PF-1' })
    await saidOf(twin, 'PF00000000000001', 'payment-1')
    put('inquiry', { control: 2, clm: 'PF00000000000001', member: 'PF-1' })
    put('inquiry', { control: 3, clm: 'PF00000000000001', member: 'PF-SOMEBODY-ELSE' })
    await saidOf(twin, 'BRIGHTSMILE-000000002', 'answered')
    await saidOf(twin, 'BRIGHTSMILE-000000003', 'answered')
    const answers = twin
      .out()
      .filter(({ text }) => text.includes('*DG~'))
      .map(({ text }) => /STC\*([A-Z0-9]+)/.exec(text)?.[1])
    expect(answers).toEqual(['P1', 'F1', 'D0'])
  })
})

describe('what comes in twice or broken', () => {
  it('drops a second copy of a file and of a claim, and notes it', async () => {
    twin = await startTwin()
    put('claim', { control: 1, clm: 'PF00000000000001', member: 'PF-1' })
    await until('taken', () => twin.of('effect').length === 1 && twin.inbox().length === 0)
    put('claim', { control: 1, clm: 'PF00000000000001', member: 'PF-1' })
    await until('dropped', () => twin.of('duplicate').length === 1)
    put('claim', { control: 2, clm: 'pf00000000000001', member: 'PF-1' })
    await until('dropped again', () => twin.of('duplicate').length === 2)
    await saidOf(twin, 'PF00000000000001', 'payment-1')
    expect(twin.of('effect')).toHaveLength(1)
    expect(whats('PF00000000000001')).toEqual(['acknowledged', 'in-review', 'payment-1'])
  })

  it('says in TA1 or 999 what it cannot read, and takes nothing of it', async () => {
    twin = await startTwin()
    const good = (control: number) => sample('claim', { control, clm: `PF0000000000000${control}`, member: 'PF-1' })
    twin.put('1.x12', good(1).replace(/IEA.*/, ''))
    twin.put('2.x12', good(2).replace('IEA*1*000000002', 'IEA*1*000000003'))
    twin.put('3.x12', good(3).replace(/SE\*\d+/, 'SE*9'))
    twin.put('4.x12', good(4).replace('*1136.00*', '*12.3x*'))
    twin.put('5.x12', good(5).replace('*XX*1234567893', '*XX*'))
    for (const control of [1, 2]) await saidOf(twin, `BRIGHTSMILE-00000000${control}`, 'TA1')
    for (const control of [3, 4, 5]) await saidOf(twin, `BRIGHTSMILE-00000000${control}`, '999')
    expect(twin.of('effect')).toEqual([])
    expect(twin.of('refused')).toHaveLength(5)
    const batches = notices().flatMap((notice) =>
      notice.kind === 'batch' ? [[notice.controlNumber, notice.verdict]] : [],
    )
    for (let control = 1; control <= 5; control += 1) expect(batches).toContainEqual([control, 'rejected'])
  })

  it('rejects a claim whose lines do not add up', async () => {
    twin = await startTwin()
    twin.put(
      '1.x12',
      sample('claim', { control: 1, clm: 'PF00000000000001', member: 'PF-1' }).replace('*1136.00*', '*1136.01*'),
    )
    await saidOf(twin, 'PF00000000000001', 'rejected')
    expect(whats('PF00000000000001')).toEqual(['rejected'])
  })

  it('knows the attachments that came, and leaves half uploads alone', async () => {
    twin = await startTwin()
    const picture = Buffer.from('a picture')
    const attachment = createHash('sha256').update(picture).digest('hex').slice(0, 20)
    twin.put('1_att_1.png', picture)
    put('dependent', { control: 1, clm: 'PF00000000000001', member: 'PF-1', attachment })
    put('dependent', { control: 2, clm: 'PF00000000000002', member: 'PF-1', attachment: 'f'.repeat(20) })
    await until('both taken', () => twin.of('effect').length === 2)
    const missing = twin.of('effect').map((effect) => [effect.submissionNumber, effect.detail['attachmentsMissing']])
    expect(new Map(missing as [string, string[]][])).toEqual(
      new Map([
        ['PF00000000000001', []],
        ['PF00000000000002', ['f'.repeat(20)]],
      ]),
    )
  })
})

describe('faults', () => {
  const withFault = (name: string) => startTwin({ faults: makeFaults(1, { [name]: 1 }) })

  it('dupAnswer: each answer once more under another name', async () => {
    twin = await withFault('dupAnswer')
    put('claim', { control: 1, clm: 'HP00000000000001', member: 'HP-1' })
    await saidOf(twin, 'HP00000000000001', 'payment-1')
    const texts = twin.out().map(({ text }) => text)
    expect(texts).toHaveLength(8)
    expect(new Set(texts).size).toBe(4)
  })

  it('reorder: the payment comes before the acknowledgement', async () => {
    twin = await withFault('reorder')
    put('claim', { control: 1, clm: 'HP00000000000001', member: 'HP-1' })
    await saidOf(twin, 'HP00000000000001', 'acknowledged', 'payment-1')
    expect(whats('HP00000000000001')).toEqual(['payment-1', 'acknowledged'])
  })

  it('dropAck: no 999 and no 277CA, but the money', async () => {
    twin = await withFault('dropAck')
    put('claim', { control: 1, clm: 'HP00000000000001', member: 'HP-1' })
    await saidOf(twin, 'HP00000000000001', 'payment-1')
    expect(twin.out().map(({ kind }) => kind)).toEqual(['TA1', '835'])
  })

  it('halfFileThenRest: ends as the whole file', async () => {
    twin = await withFault('halfFileThenRest')
    put('claim', { control: 1, clm: 'HP00000000000001', member: 'HP-1' })
    let halves = 0
    await until('a half file', () => {
      halves = twin.out().filter(({ text }) => !text.includes('IEA*')).length
      return halves > 0
    })
    await saidOf(twin, 'HP00000000000001', 'payment-1')
    expect(halves).toBe(1)
    expect(twin.out().every(({ text }) => text.includes('IEA*'))).toBe(true)
  })

  it('wrongRef: news in review about a claim that nobody has', async () => {
    twin = await withFault('wrongRef')
    put('claim', { control: 1, clm: 'PF00000000000001', member: 'PF-1' })
    await saidOf(twin, 'PF00000000000001', 'payment-1')
    const numbers = notices().flatMap((notice) => (notice.kind === 'claim' ? [notice.match.submissionNumber] : []))
    expect(numbers).toEqual(['PF00000000000001', '0'.repeat(16)])
  })
})
