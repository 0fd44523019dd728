import { afterEach, expect, it } from 'vitest'
import type { FileOut, Notice } from '../../adapters/contract.ts'
import { decode } from '../../adapters/providers/summit-dental/decode.ts'
import { assemble, encode } from '../../adapters/providers/summit-dental/encode837.ts'
import { context, submission, text } from '../adapters/x12/samples.ts'
import { startTwin, type Twin, until } from './sftpTwin.ts'

let twin: Twin
afterEach(() => twin.stop())

const NUMBERS = ['7K2M9QX4TB6VH0RA', '7K2M9QX4TB6VH0RB', '7K2M9QX4TB6VH0RC']

/** Three claims of one clinic in one interchange, as files. */
function batch(): FileOut[] {
  const parts = NUMBERS.map((submissionNumber) =>
    encode(submission({ submissionNumber, enrolment: { ...submission().enrolment, memberId: 'HP-1' } }), context()),
  )
  return assemble(parts, context())
}

async function heard(...kinds: string[]): Promise<Notice[]> {
  await until(kinds.join(', '), () => kinds.every((kind) => twin.out().some((file) => file.kind === kind)))
  const notices = []
  for (const { name, file: _file, text: said, kind } of twin.out().filter((file) => kinds.includes(file.kind))) {
    expect(kind).not.toBe('')
    notices.push(...(await decode({ transport: 'sftp', name, body: Buffer.from(said, 'latin1') }, context())))
  }
  return notices
}

it('many claims in one file are taken one by one, and each is acknowledged by its own number', async () => {
  twin = await startTwin()
  const files = batch()
  expect(new Set(files.map((file) => file.name)).size).toBe(4)
  for (const { name, body } of files) twin.put(name, body)
  await until('three effects', () => twin.of('effect').length === 3)
  expect(twin.of('effect').map((effect) => effect.submissionNumber)).toEqual(NUMBERS)
  const notices = await heard('TA1', '999', '277CA')
  expect(notices.filter((notice) => notice.kind === 'batch').map((notice) => notice.verdict)).toEqual([
    'accepted',
    'accepted',
  ])
  const received = notices.flatMap((notice) =>
    notice.kind === 'claim' && notice.fact.type === 'received' ? [notice.match.submissionNumber] : [],
  )
  expect(new Set(received)).toEqual(new Set(NUMBERS))
})

it('one broken transaction is rejected by its place, and the others are taken', async () => {
  twin = await startTwin()
  const [claims] = batch().slice(-1)
  // The second claim loses its lines; its transaction's count still holds.
  const broken = text(claims?.body ?? new Uint8Array())
    .split('~')
    .map((segment, place, all) => {
      const second = all.findIndex((each) => each.includes(`CLM*${NUMBERS[1]}`))
      const third = all.findIndex((each) => each.includes(`CLM*${NUMBERS[2]}`))
      return segment.includes('SV3*') && place > second && place < third ? segment.replace('SV3*', 'SV9*') : segment
    })
    .join('~')
  twin.put(claims?.name ?? '', Buffer.from(broken, 'latin1'))
  await until('two effects', () => twin.of('effect').length === 2)
  const notices = await heard('999')
  expect(notices).toMatchObject([{ kind: 'batch', controlNumber: 117, verdict: 'rejected', positions: [2] }])
  expect(twin.of('effect').map((effect) => effect.submissionNumber)).toEqual([NUMBERS[0], NUMBERS[2]])
})
