import { sum } from '../../../domain/amounts.ts'
import type { Remittance } from '../../../domain/money/remittance.ts'
import type { Context, Notice } from '../../contract.ts'
import { fromXmlDay, toXmlTime } from '../../formats/xml/dates.ts'
import type { Header, PostedDocument } from '../../formats/xml/document.ts'
import { readRemittanceAdvice, type XmlPaidClaim } from '../../formats/xml/remittanceAdvice.ts'
import { remittanceClaims } from './remittanceClaims.ts'
import { saidOfExtras } from './saidOfExtras.ts'
import type { GulfSettings } from './settings.ts'

/**
 * A Remittance.Advice is decision and money in one: a payment for each of its payment references
 * and settlement days, in their order.
 */
export function decodeRemittance(document: PostedDocument, ctx: Context<GulfSettings>): Notice[] {
  const read = readRemittanceAdvice(document, ctx.currency)
  if (!read.ok) return [{ kind: 'unreadable', because: read.because }]
  const sentOn = fromXmlDay(toXmlTime(document.header.at, ctx.zone)) ?? ''
  const payments = new Map<string, XmlPaidClaim[]>()
  for (const claim of read.claims) {
    const key = `${claim.settledOn ?? sentOn} ${claim.paymentReference}`
    payments.set(key, [...(payments.get(key) ?? []), claim])
  }
  return [...payments].map(([key, claims]) => ({
    kind: 'remittance',
    remittance: remittanceOf(
      claims,
      { paidOn: key.slice(0, 10), said: saidOfExtras(document) },
      document.header,
      ctx.currency,
    ),
  }))
}

/** The document states no total: what arrives is what its activities were paid. */
function remittanceOf(
  claims: XmlPaidClaim[],
  { paidOn, said }: Pick<Remittance, 'paidOn' | 'said'>,
  header: Header,
  currency: string,
): Remittance {
  const parts = claims.flatMap(remittanceClaims)
  return {
    payer: header.senderId,
    traceNumber: claims[0]?.paymentReference ?? '',
    paidOn,
    currency,
    amount: sum(parts.map((part) => part.paid)),
    claims: parts,
    providerAdjustments: [],
    said,
    summed: true,
  }
}
