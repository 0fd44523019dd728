import type { JsonObject } from '../../../adapters/formats/fhir/readJson.ts'
import { formatMinor, type Minor } from '../../../domain/amounts.ts'
import { checkBalance, type StatedPayment } from '../balance.ts'
import { emptyTransaction, type ReadTransaction } from '../report.ts'
import { checkDay, codeAt, currencyOf, listAt, look, moneyReader, numberAt, referenceAt, textAt } from './look.ts'

/** Reads a FHIR PaymentReconciliation, as R4 names its parts or as R5 does. */
export function readPaymentResource(resource: JsonObject, place: string): ReadTransaction {
  const r5 = look(resource, 'paymentAmount') === undefined && look(resource, 'amount') !== undefined
  const names = r5
    ? { amount: 'amount', date: 'date', details: 'allocation', claim: 'target' }
    : { amount: 'paymentAmount', date: 'paymentDate', details: 'detail', claim: 'request' }
  const report = emptyTransaction(
    'remittance',
    textAt(resource, 'paymentIdentifier', 'value') ?? textAt(resource, 'id'),
  )
  const { problems } = report
  const details = listAt(resource, names.details)
  const currency = currencyOf([look(resource, names.amount), ...details.map((each) => look(each, 'amount'))])
  const money = moneyReader(currency, problems)
  const write = (amount: Minor | null) => (amount === null ? null : formatMinor(amount, currency))
  const payment: StatedPayment = {
    amount: money(look(resource, names.amount), `${place}.${names.amount}`, true),
    claims: [],
    providerAdjustments: [],
  }
  report.total = write(payment.amount)
  const date = textAt(resource, names.date)
  if (date === null)
    problems.push({ code: 'missing', where: `${place}.${names.date}`, message: 'the payment date is missing' })
  checkDay(date, `${place}.${names.date}`, problems)
  for (const [index, detail] of details.entries()) readDetail(detail, `${place}.${names.details}[${index}]`)
  const checked = checkBalance(payment, currency, () => place)
  problems.push(...checked.problems)
  report.balanced = checked.balanced
  const notes: ReadTransaction['notes'] = [
    ['payer', numberAt(resource, 'paymentIssuer') ?? textAt(resource, 'paymentIssuer', 'display') ?? ''],
    ['payment number', textAt(resource, 'paymentIdentifier', 'value') ?? ''],
    ['paid on', date ?? ''],
  ]
  return {
    report,
    title: r5 ? 'FHIR PaymentReconciliation (as R5 writes it)' : 'FHIR PaymentReconciliation',
    notes,
    currency,
  }

  /**
   * All details add up to the payment; one that pays no claim is an adjustment, which takes away
   * when it is negative.
   */
  function readDetail(detail: JsonObject, where: string): void {
    const amount = money(look(detail, 'amount'), `${where}.amount`, true)
    const type = codeAt(detail, 'type')
    const claim = numberAt(detail, names.claim)
    if (claim === null || type === 'adjustment' || type === 'advance') {
      const taken = amount === null || amount === 0 ? amount : -amount
      payment.providerAdjustments.push(taken)
      report.providerAdjustments.push({
        reason: type ?? '',
        reference: textAt(detail, 'identifier', 'value') ?? claim,
        amount: write(taken),
      })
      return
    }
    const reversal = amount !== null && amount < 0
    payment.claims.push({
      charged: 0,
      paid: amount,
      adjustments: [],
      lines: [],
      kind: reversal ? 'reversal' : 'payment',
      itemised: false,
    })
    report.claims.push({
      claimId: claim,
      reference: referenceAt(detail, names.claim),
      status: reversal ? 'reversal' : 'processed',
      charged: null,
      paid: write(amount),
      patientResponsibility: null,
      lines: 0,
      adjustments: [],
    })
  }
}
