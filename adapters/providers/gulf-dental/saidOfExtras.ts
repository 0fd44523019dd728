import type { Said } from '../../../domain/claim.ts'
import type { PostedDocument } from '../../formats/xml/document.ts'

const MOST_SAID = 50

/**
 * Elements that the exchange added (VAT), for whoever looks at the document: with their amounts,
 * and any other text by its name only, because it may be anything.
 */
export function saidOfExtras({ extras }: PostedDocument): Said[] {
  return extras.slice(0, MOST_SAID).map(({ where, text }) => ({
    list: 'added by the exchange',
    code: where,
    ...(/^-?[\d.,]{1,20}%?$/.test(text) ? { text } : {}),
  }))
}
