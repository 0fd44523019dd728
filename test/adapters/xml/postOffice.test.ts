import { describe, expect, it } from 'vitest'
import { gulfDental } from '../../../adapters/providers/gulf-dental/index.ts'
import { advice, context, incoming } from './samples.ts'

const fetch = gulfDental.collect?.fetch
const file = (base64: string, result = '0') =>
  incoming(
    `<DownloadTransactionFileResponse><Result>${result}</Result><FileName>RA.xml</FileName><File>${base64}</File></DownloadTransactionFileResponse>`,
  )

describe('the post office', () => {
  it('hands over exactly the bytes that were uploaded', () => {
    const bytes = Buffer.from(advice({}), 'utf8')
    expect(Buffer.from(fetch?.read(file(bytes.toString('base64')), context()).body ?? [])).toEqual(bytes)
  })

  it.each([
    ['a web page', incoming('<!DOCTYPE html><html><body>Down</body></html>')],
    ['an error of its own', file('YQ==', '-4')],
    ['half an answer', incoming('<DownloadTransactionFileResponse><Result>0</Result><File>PD94bWw')],
    ['no base64', file('we are sorry')],
    ['nothing', file('')],
    ['another answer', incoming('<GetNewTransactionsResponse><Result>0</Result><Files/></GetNewTransactionsResponse>')],
  ])('never passes %s off as the file', (_name, message) => {
    expect(() => fetch?.read(message, context())).toThrow(/collecting/)
  })

  it.each([
    ['a web page', '<!DOCTYPE html><html></html>'],
    [
      'a list without ids',
      '<GetNewTransactionsResponse><Result>0</Result><Files><File/></Files></GetNewTransactionsResponse>',
    ],
    ['a failed sign-in', '<GetNewTransactionsResponse><Result>-1</Result></GetNewTransactionsResponse>'],
  ])('never passes %s off as an empty list', (_name, text) => {
    expect(() => gulfDental.collect?.read(incoming(text), context())).toThrow(/collecting/)
  })

  it('is told by the file’s id, which cannot leave the query', () => {
    expect(gulfDental.collect?.confirm?.('../x?a=1&b', context())).toMatchObject({
      path: '/SetTransactionDownloaded?fileId=..%2Fx%3Fa%3D1%26b',
    })
  })
})
