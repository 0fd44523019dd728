import { isCurrency, type Minor } from '../../../domain/amounts.ts'
import type { Reference } from '../../../domain/claim.ts'
import type { ProviderAdjustment, Remittance, RemittanceClaim } from '../../../domain/money/remittance.ts'
import { type Context, type Notice, unreadable } from '../../contract.ts'
import { minorOf } from '../../formats/fhir/amount.ts'
import { codeIn } from '../../formats/fhir/datatypes.ts'
import { type FhirPayment, type PaymentDetail, paymentReconciliation } from '../../formats/fhir/payment.ts'
import { isObject, type JsonObject } from '../../formats/fhir/readJson.ts'
import { ourWord } from '../../formats/ourWord.ts'
import { PAYMENT_TYPES, SYSTEMS } from './codes.ts'
import type { HarborSettings } from './declaration.ts'
import { matchClaim } from './matchClaim.ts'

/** A payment as Harbor itemises it: amounts paid by claim, no adjustments. */
export function decodePayment(resource: JsonObject, ctx: Context<HarborSettings>): Notice {
  const read = paymentReconciliation.safeParse(resource)
  if (!read.success) return unreadable('a PaymentReconciliation lacks or garbles what every payment has')
  const payment = read.data
  if (payment.status !== 'active')
    return unreadable('a PaymentReconciliation is not active: money may have been taken back')
  if (payment.outcome === 'error') return unreadable('a PaymentReconciliation reports an error')
  // Source: FHIR R4 remittance-outcome: nothing has been paid yet.
  if (payment.outcome === 'queued') return unreadable('a PaymentReconciliation is queued: no money moves by it yet')
  if (!payment.traceNumber) return unreadable('a PaymentReconciliation has no payment number')
  return remittanceOf(payment, payment.traceNumber, ctx, editionOf(resource))
}

function remittanceOf(
  payment: FhirPayment,
  traceNumber: string,
  ctx: Context<HarborSettings>,
  edition: Remittance['edition'],
): Notice {
  const currency = payment.amount.currency ?? ctx.currency
  if (!isCurrency(currency)) return unreadable('a PaymentReconciliation is in a currency that we do not know')
  const amount = minorOf(payment.amount.value, currency)
  if (amount === null) return unreadable('the amount of a PaymentReconciliation is not exact')
  const remittance: Remittance = {
    payer: payment.issuer?.identifier?.value ?? ctx.settings.payerId,
    traceNumber,
    paidOn: payment.paidOn,
    currency,
    amount,
    claims: [],
    providerAdjustments: [],
    said: [],
    ...(edition === undefined ? {} : { edition }),
  }
  for (const [index, detail] of payment.details.entries()) {
    const part = detailAmount(detail, currency)
    if (part === null) return unreadable(`the amount of detail ${index + 1} of a PaymentReconciliation is not exact`)
    const isClaim = detail.claim !== undefined && typeOf(detail) !== 'adjustment'
    if (isClaim) remittance.claims.push(claimOf(detail, part))
    else remittance.providerAdjustments.push(adjustmentOf(detail, part))
  }
  return { kind: 'remittance', remittance }
}

/**
 * Harbor keeps one resource for one payment and counts its versions up from 1. A version that is no
 * number says nothing of what came first.
 */
function editionOf({ id, meta }: JsonObject): Remittance['edition'] {
  if (typeof id !== 'string' || !isObject(meta)) return undefined
  const { versionId } = meta
  if (typeof versionId !== 'string' || !/^\d{1,9}$/.test(versionId)) return undefined
  return { resource: `PaymentReconciliation/${id}`, version: Number(versionId) }
}

function detailAmount({ amount }: PaymentDetail, currency: string): Minor | null {
  if (amount === undefined || (amount.currency ?? currency) !== currency) return null
  return minorOf(amount.value, currency)
}

function typeOf({ type }: PaymentDetail): keyof typeof PAYMENT_TYPES | null {
  return ourWord(PAYMENT_TYPES, codeIn(type, SYSTEMS.paymentType))
}

function claimOf(detail: PaymentDetail, paid: Minor): RemittanceClaim {
  const match = matchClaim(detail.claim)
  const payment: Reference[] = detail.identifier === undefined ? [] : [{ type: 'payment', value: detail.identifier }]
  return {
    ...match,
    references: [...match.references, ...payment],
    kind: paid < 0 ? 'reversal' : 'payment',
    outcome: 'processed',
    charged: 0,
    paid,
    patientResponsibility: null,
    adjustments: [],
    lines: [],
    itemised: false,
    said: [],
  }
}

/** FHIR adds all details up to the payment; our provider adjustments take away when positive. */
function adjustmentOf(detail: PaymentDetail, amount: Minor): ProviderAdjustment {
  const code = codeIn(detail.type, SYSTEMS.paymentType) ?? 'unknown'
  const text = detail.type?.text
  return {
    reason: { list: 'payment-type', code, ...(text === undefined ? {} : { text }) },
    reference: detail.identifier ?? matchClaim(detail.claim).references[0]?.value ?? '',
    amount: amount === 0 ? 0 : -amount,
  }
}
