import { type Minor, parseMinor } from '../../../domain/amounts.ts'
import { fromXmlDay } from './dates.ts'
import type { PostedDocument } from './document.ts'
import { childrenIn, textIn, type XmlElement } from './read.ts'

/** One claim of a Remittance.Advice. */
export interface XmlPaidClaim {
  /** The ID that the claim has kept since its first sending. */
  id: string
  /** The payer's own number of it. */
  idPayer: string
  denialCode: string | null
  paymentReference: string
  /** YYYY-MM-DD */
  settledOn: string | null
  /** The member as the payer knows them, where an exchange says it beyond the schema. */
  memberId: string | null
  memberName: string | null
  activities: PaidActivity[]
}

/**
 * Minor units. `gross` and `patientShare` are only there where the payer repeats them; `paid` is
 * negative when money is taken back.
 */
export interface PaidActivity {
  id: string
  code: string
  /** Day of the service, YYYY-MM-DD. */
  day: string | null
  net: Minor
  gross: Minor | null
  patientShare: Minor | null
  paid: Minor
  denialCode: string | null
}

export type ReadRemittance = { ok: true; claims: XmlPaidClaim[] } | { ok: false; because: string }

/**
 * The claims of a document that the schema has let through; unreadable where an amount is not one
 * of the currency, or a day none of the calendar.
 */
export function readRemittanceAdvice(document: PostedDocument, currency: string): ReadRemittance {
  const claims: XmlPaidClaim[] = []
  for (const [index, record] of document.records.entries()) {
    const claim = claimOf(record, currency)
    if (typeof claim === 'string') return { ok: false, because: `Remittance.Advice: Claim ${index + 1}, ${claim}` }
    claims.push(claim)
  }
  return { ok: true, claims }
}

function claimOf(claim: XmlElement, currency: string): XmlPaidClaim | string {
  const settlement = textIn(claim, 'DateSettlement')
  const settledOn = settlement === null ? null : fromXmlDay(settlement)
  if (settlement !== null && settledOn === null) return 'DateSettlement: it is no day of the calendar'
  const activities: PaidActivity[] = []
  for (const [index, record] of childrenIn(claim, 'Activity').entries()) {
    const activity = activityOf(record, currency)
    if (typeof activity === 'string') return `Activity ${index + 1}, ${activity}`
    activities.push(activity)
  }
  return {
    id: textIn(claim, 'ID') ?? '',
    idPayer: textIn(claim, 'IDPayer') ?? '',
    denialCode: textIn(claim, 'DenialCode'),
    paymentReference: textIn(claim, 'PaymentReference') ?? '',
    settledOn,
    memberId: textIn(claim, 'MemberID'),
    memberName: textIn(claim, 'MemberName') ?? textIn(claim, 'PatientName'),
    activities,
  }
}

function activityOf(activity: XmlElement, currency: string): PaidActivity | string {
  const texts = ['Net', 'Gross', 'PatientShare', 'PaymentAmount'].map((name) => [name, textIn(activity, name)] as const)
  const amounts = new Map<string, Minor>()
  for (const [name, text] of texts) {
    if (text === null) continue
    const amount = parseMinor(text, currency)
    if (amount === null) return `${name}: it is no amount in ${currency}`
    amounts.set(name, amount)
  }
  return {
    id: textIn(activity, 'ID') ?? '',
    code: textIn(activity, 'Code') ?? '',
    day: fromXmlDay(textIn(activity, 'Start') ?? ''),
    net: amounts.get('Net') ?? 0,
    gross: amounts.get('Gross') ?? null,
    patientShare: amounts.get('PatientShare') ?? null,
    paid: amounts.get('PaymentAmount') ?? 0,
    denialCode: textIn(activity, 'DenialCode'),
  }
}
