import { type Minor, parseMinor } from '../../../domain/amounts.ts'
import { fromXmlDay } from './dates.ts'
import type { PostedDocument } from './document.ts'
import { textIn } from './read.ts'

/**
 * A payer's answer to a request for authorisation. Days are YYYY-MM-DD, both included; null: not
 * readable, or not said.
 */
export interface AnsweredAuthorization {
  granted: boolean
  /** The ID of our request. */
  requestId: string
  /** The payer's number: what a claim names. */
  number: string
  from: string | null
  until: string | null
  /** The most that the payer pays, in minor units. */
  limit: Minor | null
  denialCode: string | null
}

/**
 * The one authorisation of a document that the schema has let through; null where a day or amount
 * is not readable.
 */
export function readPriorAuthorization({ records }: PostedDocument, currency: string): AnsweredAuthorization | null {
  const [record] = records
  if (record === undefined) return null
  const limit = textIn(record, 'Limit')
  const read = {
    granted: textIn(record, 'Result') === 'Yes',
    requestId: textIn(record, 'ID') ?? '',
    number: textIn(record, 'IDPayer') ?? '',
    from: fromXmlDay(textIn(record, 'Start') ?? ''),
    until: fromXmlDay(textIn(record, 'End') ?? ''),
    limit: limit === null ? null : parseMinor(limit, currency),
    denialCode: textIn(record, 'DenialCode'),
  }
  const unclear = read.from === null || read.until === null || (limit !== null && read.limit === null)
  return unclear ? null : read
}
