import { childIn, childrenIn, readXml, textIn, type XmlElement } from '../../../adapters/formats/xml/read.ts'
import { type ExtraElement, withoutExtras } from '../../../adapters/formats/xml/schema/extras.ts'
import { isSchemaName, type SchemaName } from '../../../adapters/formats/xml/schema/schemas.ts'
import { grouped } from '../../../domain/grouped.ts'
import {
  type DocumentProblem,
  emptyTransaction,
  type Reading,
  type ReportKind,
  type TransactionReport,
} from '../report.ts'
import { readPostedClaims } from './readPostedClaims.ts'
import { readPostedRemittance } from './readPostedRemittance.ts'
import { CURRENCY } from './xmlAmounts.ts'

const KINDS: Readonly<Record<SchemaName, { kind: ReportKind; records: string }>> = {
  'Claim.Submission': { kind: 'claim', records: 'Claim' },
  'Remittance.Advice': { kind: 'remittance', records: 'Claim' },
  'Prior.Authorization': { kind: 'status', records: 'Authorization' },
}
/** One broken element often breaks many rules of the schema. */
const MOST_SCHEMA_PROBLEMS = 20

/**
 * Reads a document of a national exchange (eClaimLink, DHPO, Shafafiya). One that breaks the schema
 * is read as far as it goes.
 */
export async function readXmlFile(bytes: Uint8Array): Promise<Reading> {
  const read = readXml(bytes)
  if (!read.ok) return { readable: false, mediaType: 'application/xml', because: `XML: ${read.because}` }
  const { root, text } = read
  if (!isSchemaName(root.name))
    return {
      readable: false,
      mediaType: 'application/xml',
      because: `XML, but no document about claims (${nameOf(root)})`,
    }
  const { kind, records } = KINDS[root.name]
  const header = childIn(root, 'Header')
  const report = emptyTransaction(kind, null)
  checkCount(report, header, childrenIn(root, records).length)
  // The schema's library is large, and hostile documents never get this far.
  const { schemaProblems } = await import('../../../adapters/formats/xml/schema/validate.ts')
  const lenient = withoutExtras(root, root.name)
  const checked = lenient.extras.length === 0 ? text : lenient.text
  for (const { where, rule } of schemaProblems(checked, root.name).slice(0, MOST_SCHEMA_PROBLEMS))
    report.problems.push({ code: 'malformed', where, message: `the schema: ${rule}` })
  report.problems.push(...extraProblems(lenient.extras))
  READERS[root.name](root, report)
  if (childrenIn(root, records).length === 0)
    report.problems.push({ code: 'missing', where: root.name, message: `there is no ${records}` })
  const [first] = childrenIn(root, 'Claim')
  const said = (element: XmlElement | null | undefined, name: string) => (element ? (textIn(element, name) ?? '') : '')
  const notes: [string, string][] = [
    ['sender', said(header, 'SenderID')],
    ['receiver', said(header, 'ReceiverID')],
    ['made on', said(header, 'TransactionDate')],
    ['meant as', said(header, 'DispositionFlag')],
    ['payment number', said(first, 'PaymentReference')],
    ['settled on', said(first, 'DateSettlement')],
    ...lenient.extras
      .slice(0, MOST_SCHEMA_PROBLEMS)
      .map((extra): [string, string] => [`added: ${extra.where}`, extra.text.slice(0, 100)]),
  ]
  return {
    readable: true,
    mediaType: 'application/xml',
    transactions: [{ report, title: root.name, notes, currency: CURRENCY }],
  }
}

/** One for each name of an element that the exchange added, at the first place of it. */
function extraProblems(extras: ExtraElement[]): DocumentProblem[] {
  const byName = grouped(extras, ({ where }) => where.split(', ').at(-1)?.replace(/ \d+$/, '') ?? where)
  return [...byName.values()].slice(0, MOST_SCHEMA_PROBLEMS).map((same) => ({
    code: 'unknown-code',
    where: same[0]?.where ?? '',
    message: `an element that the schema does not have; kept and not reckoned with (${same.length} in all)`,
  }))
}

const READERS: Readonly<Record<SchemaName, (root: XmlElement, report: TransactionReport) => void>> = {
  'Claim.Submission': readPostedClaims,
  'Remittance.Advice': readPostedRemittance,
  'Prior.Authorization': readAuthorizations,
}

function readAuthorizations(root: XmlElement, report: TransactionReport): void {
  for (const answer of childrenIn(root, 'Authorization')) {
    report.claims.push({
      claimId: textIn(answer, 'ID'),
      reference: textIn(answer, 'IDPayer'),
      status: textIn(answer, 'Result') === 'Yes' ? 'authorised' : 'not-authorised',
      charged: null,
      paid: null,
      patientResponsibility: null,
      lines: childrenIn(answer, 'Activity').length,
      adjustments: [],
    })
  }
}

function checkCount(report: TransactionReport, header: XmlElement | null, counted: number): void {
  const said = header === null ? null : textIn(header, 'RecordCount')
  if (said === null)
    report.problems.push({ code: 'missing', where: 'Header RecordCount', message: 'the count is missing' })
  else if (Number(said) !== counted)
    report.problems.push({
      code: 'segment-count',
      where: 'Header RecordCount',
      message: `it does not say ${counted}, which is what the document holds`,
    })
}

function nameOf({ name }: XmlElement): string {
  return /^[\w.:-]{1,40}$/.test(name) ? name : 'another root'
}
