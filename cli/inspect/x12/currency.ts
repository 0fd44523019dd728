import { at, type X12Segment } from '../../../adapters/formats/x12/interchange.ts'
import { isCurrency } from '../../../domain/amounts.ts'

/** CUR02, or US dollars, which the guide assumes. */
export function currencyOf(segments: readonly X12Segment[]): string {
  const stated = at(
    segments.find((segment) => segment.elements[0] === 'CUR'),
    2,
  ).toUpperCase()
  return isCurrency(stated) ? stated : 'USD'
}
