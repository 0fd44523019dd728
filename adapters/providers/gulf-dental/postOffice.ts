import type { Said } from '../../../domain/claim.ts'
import type { HttpOut, InMessage } from '../../contract.ts'
import { childIn, childrenIn, readXml, textIn, type XmlElement } from '../../formats/xml/read.ts'
import type { GulfSettings } from './settings.ts'

/**
 * The post office's web service: what is asked, and how its answers are read. Its documents are
 * another matter (`decode.ts`).
 */

const XML = 'application/xml'

/** Ours, unique per sending, without patient data; the search finds a sending by it. */
export function fileNameOf(submissionNumber: string, { facilityId }: GulfSettings): string {
  return `${facilityId}_${submissionNumber}.xml`
}

export function upload(submissionNumber: string, body: Uint8Array, settings: GulfSettings): HttpOut {
  const query = new URLSearchParams({ fileName: fileNameOf(submissionNumber, settings) })
  const headers = { 'content-type': XML, accept: XML }
  return {
    transport: 'http',
    method: 'POST',
    path: `/UploadTransaction?${query}`,
    headers,
    body,
    about: submissionNumber,
  }
}

/** Transactions that we sent under this name. */
export function searchSent(submissionNumber: string, settings: GulfSettings): HttpOut {
  const fileName = fileNameOf(submissionNumber, settings)
  const query = new URLSearchParams({ direction: '1', transactionFileName: fileName })
  return { ...get(`/SearchTransactions?${query}`), about: submissionNumber }
}

export function listNew(): HttpOut {
  return get('/GetNewTransactions')
}

export function download(fileId: string): HttpOut {
  return get(`/DownloadTransactionFile?${new URLSearchParams({ fileId })}`)
}

export function setDownloaded(fileId: string): HttpOut {
  const path = `/SetTransactionDownloaded?${new URLSearchParams({ fileId })}`
  return { transport: 'http', method: 'POST', path, headers: { accept: XML }, body: null }
}

function get(path: string): HttpOut {
  return { transport: 'http', method: 'GET', path, headers: { accept: XML }, body: null }
}

/**
 * An answer of the service. `because`: what is wrong with an answer that it never gives (a login
 * page, a proxy's words).
 */
export type ServiceAnswer =
  | { ok: true; result: string; root: XmlElement; said: Said[] }
  | { ok: false; because: string }

/**
 * Every answer is `<[operation]Response>` with a `Result`; anything else comes from something in
 * between.
 */
export function readService(answer: InMessage, operation: string): ServiceAnswer {
  if (answer.transport !== 'http') return { ok: false, because: 'it did not come over HTTP' }
  if (answer.status !== 200) return { ok: false, because: `it has the status ${answer.status}` }
  const read = readXml(answer.body)
  if (!read.ok) return { ok: false, because: read.because }
  const result = textIn(read.root, 'Result')
  if (read.root.name !== `${operation}Response` || result === null)
    return { ok: false, because: `it is no answer to ${operation}` }
  return { ok: true, result, root: read.root, said: saidOf(read.root) }
}

/** Errors of the report, in their own words. */
function saidOf(root: XmlElement): Said[] {
  const report = childIn(root, 'ErrorReport')
  const errors = report === null ? [] : childrenIn(report, 'Error')
  const said = errors.map((error) => words(textIn(error, 'Code'), textIn(error, 'Text')))
  const message = textIn(root, 'ErrorMessage')
  return message === null ? said : [...said, { text: message }]
}

function words(code: string | null, text: string | null): Said {
  return { list: 'post-office', ...(code === null ? {} : { code }), ...(text === null ? {} : { text }) }
}

/** One transaction in a list of the service. */
export interface Listed {
  fileId: string
  fileName: string
  downloaded: boolean
}

/** The transactions of a list; null when one of them cannot be read. */
export function listedIn(root: XmlElement): Listed[] | null {
  const list = childIn(root, 'Files')
  const files = list === null ? [] : childrenIn(list, 'File')
  const listed = files.map(({ attributes }) => ({
    fileId: attributes.get('FileID') ?? '',
    fileName: attributes.get('FileName') ?? '',
    downloaded: attributes.get('IsDownloaded')?.toLowerCase() === 'true',
  }))
  return list === null || listed.some(({ fileId }) => fileId === '') ? null : listed
}
