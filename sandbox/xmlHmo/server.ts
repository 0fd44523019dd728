import { timingSafeEqual } from 'node:crypto'
import express, { type Express, type Request } from 'express'
import type { Clock } from '../../platform/clock.ts'
import type { Faults } from '../faults.ts'
import { misbehaveBefore } from '../httpFaults.ts'
import { lateAcceptance } from '../lateAcceptance.ts'
import type { AuthorisationSaid, GulfBook, GulfClaim } from './book.ts'
import { receiveUpload, type Uploaded } from './intake.ts'
import { answer } from './misbehave.ts'
import { nextFileId } from './publisher.ts'
import { dubai, escaped, fileXml } from './write.ts'

export interface PostOfficeParts {
  book: GulfBook
  clock: Clock
  faults: Faults
  secrets: { username: string; password: string }
  facilityId: string
  /** A claim came into the book. */
  entered(claim: GulfClaim): void
}

/** A file can be found this long after it came (business time). */
const LOOKUP_LAG_MS = 60_000

/** The post office's web service and, for tests only, /control. */
export function postOfficeApp(parts: PostOfficeParts): Express {
  const app = express().disable('x-powered-by').disable('etag')
  app.use('/service', (request, response, next) => {
    if (signedIn(request, parts.secrets)) next()
    else response.status(401).send('Sign in')
  })
  app.use('/service', misbehaveBefore(parts.faults))
  serviceRoutes(app, parts)
  controlRoutes(app, parts)
  return app
}

function signedIn(request: Request, { username, password }: PostOfficeParts['secrets']): boolean {
  const expected = Buffer.from(`Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`)
  const given = Buffer.from(request.get('authorization') ?? '')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

function serviceRoutes(app: Express, { book, clock, faults, facilityId, entered }: PostOfficeParts): void {
  const late = lateAcceptance(faults)
  app.get('/service/metadata', (_request, response) => void response.type('text').send('Post office'))
  app.post('/service/UploadTransaction', express.raw({ type: () => true, limit: '12mb' }), (request, response) => {
    const fileName = queryOf(request, 'fileName')
    const receive = () => {
      const uploaded = receiveUpload(book, clock, fileName, request.body as Buffer)
      if (uploaded.entered) entered(uploaded.entered)
      return uploaded
    }
    if (late.strikes(fileName, receive)) return void request.socket.destroy()
    answer(faults, response, uploadedXml(fileName, receive()))
  })
  app.get('/service/GetNewTransactions', (_request, response) => {
    const fresh = [...book.box.values()].filter((file) => !file.downloaded)
    const rows = fresh.flatMap(({ fileId, at, parts }) => {
      const row = fileRow({
        fileId,
        fileName: `RA_${fileId}.xml`,
        at,
        records: Math.max(parts.length, 1),
        downloaded: false,
      })
      return faults.next('dup') ? [row, row] : [row]
    })
    answer(faults, response, listXml('GetNewTransactions', faults.next('reorder') ? rows.toReversed() : rows))
  })
  app.get('/service/DownloadTransactionFile', (request, response) => {
    const file = book.box.get(queryOf(request, 'fileId'))
    const xml = file === undefined ? '' : fileXml(file, facilityId)
    const content = `<FileName>RA_${file?.fileId}.xml</FileName><File>${Buffer.from(xml, 'utf8').toString('base64')}</File>`
    answer(faults, response, responseXml('DownloadTransactionFile', file === undefined ? -3 : 0, file ? content : ''))
  })
  app.post('/service/SetTransactionDownloaded', (request, response) => {
    const file = book.box.get(queryOf(request, 'fileId'))
    if (file && !file.downloaded)
      book.record({ kind: 'note', at: clock.now().toISOString(), key: `downloaded:${file.fileId}`, value: true })
    answer(faults, response, responseXml('SetTransactionDownloaded', file === undefined ? -3 : 0, ''))
  })
  app.get('/service/SearchTransactions', (request, response) => {
    const fileName = queryOf(request, 'transactionFileName')
    const claim = book.byFile(fileName)
    late.lookedFor(fileName)
    const visible = claim !== undefined && clock.now().getTime() - claim.at >= LOOKUP_LAG_MS
    const row = (found: GulfClaim) =>
      fileRow({
        fileId: found.claimNumber,
        fileName: found.fileName,
        at: new Date(found.at).toISOString(),
        records: 1,
        downloaded: found.done.has('downloaded'),
      })
    answer(faults, response, listXml('SearchTransactions', visible ? [row(claim)] : []))
  })
}

function queryOf(request: Request, name: string): string {
  return new URL(request.originalUrl, 'https://twin').searchParams.get(name) ?? ''
}

function uploadedXml(fileName: string, { result, report }: Uploaded): string {
  const errors = report.map(({ code, text }) => `<Error><Code>${code}</Code><Text>${escaped(text)}</Text></Error>`)
  const list = errors.length === 0 ? '' : `<ErrorReport>${errors.join('')}</ErrorReport>`
  return responseXml('UploadTransaction', result, `<FileName>${escaped(fileName)}</FileName>${list}`)
}

function listXml(operation: string, rows: string[]): string {
  return responseXml(operation, 0, `<Files>${rows.join('')}</Files>`)
}

/** A file as the post office lists it. `at`: ISO instant. */
interface ListedFile {
  fileId: string
  fileName: string
  at: string
  records: number
  downloaded: boolean
}

function fileRow({ fileId, fileName, at, records, downloaded }: ListedFile): string {
  return `<File FileID="${fileId}" FileName="${escaped(fileName)}" TransactionDate="${dubai(at)}" RecordCount="${records}" IsDownloaded="${downloaded ? 'True' : 'False'}"/>`
}

function responseXml(operation: string, result: number, content: string): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n<${operation}Response><Result>${result}</Result>${content}</${operation}Response>\n`
}

function controlRoutes(app: Express, { book, clock }: PostOfficeParts): void {
  app.post('/control', express.json(), (request, response) => {
    const { authorisation } = request.body as { authorisation?: AuthorisationSaid }
    if (authorisation !== undefined) {
      const key = `authorisation:${nextFileId(book)}`
      book.record({ kind: 'note', at: clock.now().toISOString(), key, value: authorisation })
    }
    response.json({ ok: true })
  })
  app.get('/control', (_request, response) => {
    const claims = [...book.claims.values()].map(({ submissionNumber, claimNumber, purpose, fate, paid, done }) => ({
      submissionNumber,
      claimNumber,
      purpose,
      fate,
      paid: paid.reduce((sum, each) => sum + each, 0),
      said: [...done],
    }))
    const [effects, duplicates, refused] = (['effect', 'duplicate', 'refused'] as const).map(book.count)
    const undelivered = [...book.box.values()].filter((file) => !file.downloaded).length
    response.json({ effects, duplicates, refused, undelivered, claims })
  })
}
