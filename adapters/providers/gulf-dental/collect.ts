import type { CollectedPage, HttpOut, InMessage } from '../../contract.ts'
import { textIn } from '../../formats/xml/read.ts'
import { download, listedIn, listNew, readService } from './postOffice.ts'

/**
 * What is new stays new until we say that we have it: there is nothing to remember between two
 * collections.
 */
export function list(): HttpOut {
  return listNew()
}

/** Ids only; an answer that is no list has nothing to keep, the next collection asks again. */
export function read(page: InMessage): CollectedPage {
  const answer = readService(page, 'GetNewTransactions')
  const listed = answer.ok && answer.result === '0' ? listedIn(answer.root) : null
  if (listed === null) throw new Error(`collecting: ${answer.ok ? `result ${answer.result}` : answer.because}`)
  const documents = listed.map(({ fileId }) => ({ key: fileId, mediaType: 'application/xml', body: null }))
  return { documents, cursor: null, more: false }
}

export const fetch = {
  request: (fileId: string): HttpOut => download(fileId),
  /**
   * The file comes as base64: what is cut on the way is no answer at all, and never taken for the
   * file.
   */
  read(message: InMessage): { mediaType: string; body: Uint8Array } {
    const answer = readService(message, 'DownloadTransactionFile')
    const file = answer.ok && answer.result === '0' ? textIn(answer.root, 'File') : null
    if (file === null || !/^[A-Za-z0-9+/]+={0,2}$/.test(file))
      throw new Error(`collecting a file: ${answer.ok ? `result ${answer.result}` : answer.because}`)
    return { mediaType: 'application/xml', body: new Uint8Array(Buffer.from(file, 'base64')) }
  },
}
