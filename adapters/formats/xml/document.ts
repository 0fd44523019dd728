import { fromXmlTime } from './dates.ts'
import { childIn, childrenIn, readXml, textIn, type XmlElement } from './read.ts'
import { type ExtraElement, withoutExtras } from './schema/extras.ts'
import { isSchemaName, type SchemaName } from './schema/schemas.ts'
import { schemaProblems, schemaSentence } from './schema/validate.ts'

/** Who sends a document to whom, and when (ISO 8601 UTC). */
export interface Header {
  senderId: string
  receiverId: string
  at: string
  test: boolean
}

export interface PostedDocument {
  kind: SchemaName
  header: Header
  /** Claims or authorisations, as their schema has let them through. */
  records: XmlElement[]
  /** What the exchange added to its schema: kept and shown, never reckoned with. */
  extras: ExtraElement[]
}

export type ReadDocument = { ok: true; document: PostedDocument } | { ok: false; because: string }

const RECORDS: Readonly<Record<SchemaName, string>> = {
  'Claim.Submission': 'Claim',
  'Remittance.Advice': 'Claim',
  'Prior.Authorization': 'Authorization',
}

/**
 * Reads a document of the exchange: well-formed, valid by its schema, and with as many records as
 * its header counts. Elements that the exchange added are extras; with `strict`, which holds for
 * what we write, they break the schema. Never throws.
 */
export function readDocument(bytes: Uint8Array, zone: string, { strict = false } = {}): ReadDocument {
  const read = readXml(bytes)
  if (!read.ok) return read
  const { root, text } = read
  if (!isSchemaName(root.name)) return refused('it is no document of the exchange that we know')
  const exact = schemaProblems(text, root.name)
  const lenient = exact.length === 0 || strict ? null : withoutExtras(root, root.name)
  const extras = lenient?.extras ?? []
  const problems = lenient === null || extras.length === 0 ? exact : schemaProblems(lenient.text, root.name)
  if (problems.length > 0) return refused(`${root.name}: ${schemaSentence(problems)}`)
  const records = childrenIn(root, RECORDS[root.name])
  const header = headerOf(root, zone)
  if (header === null) return refused(`${root.name}: Header, TransactionDate: it is no date`)
  const counted = Number(textIn(childIn(root, 'Header') ?? root, 'RecordCount'))
  if (counted !== records.length) {
    return refused(`${root.name}: Header, RecordCount: it counts ${counted} records and holds ${records.length}`)
  }
  return { ok: true, document: { kind: root.name, header, records, extras } }
}

function headerOf(root: XmlElement, zone: string): Header | null {
  const header = childIn(root, 'Header')
  const at = fromXmlTime(header === null ? '' : (textIn(header, 'TransactionDate') ?? ''), zone)
  if (header === null || at === null) return null
  return {
    senderId: textIn(header, 'SenderID') ?? '',
    receiverId: textIn(header, 'ReceiverID') ?? '',
    at,
    test: textIn(header, 'DispositionFlag') === 'TEST',
  }
}

function refused(because: string): ReadDocument {
  return { ok: false, because }
}
