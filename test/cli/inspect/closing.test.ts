import { expect, it } from 'vitest'
import { inspected } from './samples.ts'

const file = (count: number) =>
  new TextEncoder().encode(
    `record,submission,purpose,line,procedure,charge,currency\r\nCLM,A1,REPLACE,1,D1110,100.00,PHP\r\nCLM,A1,REPLACE,2,D0120,36.00,PHP\r\nTRL,${count},136.00\r\n`,
  )

it('a closing row is no claim, and a wrong count in it is a problem', async () => {
  expect(await inspected(file(2))).toMatchObject({
    kind: 'claim',
    transactions: [{ problems: [], total: '136.00', claims: [{ claimId: 'A1', status: 'replacement', lines: 2 }] }],
  })
  expect(await inspected(file(3))).toMatchObject({
    transactions: [{ problems: [{ code: 'segment-count', where: 'last row' }], claims: [{ charged: '136.00' }] }],
  })
})
