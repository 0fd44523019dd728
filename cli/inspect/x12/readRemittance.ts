import { ADJUSTMENT_GROUPS, isAdjustmentReason, PROVIDER_ADJUSTMENTS } from '../../../adapters/formats/x12/codeLists.ts'
import { fromX12Date } from '../../../adapters/formats/x12/dates.ts'
import { at, component, type X12Segment, type X12Transaction } from '../../../adapters/formats/x12/interchange.ts'
import { amountWithoutMoney } from '../../../adapters/formats/x12/paymentMeans.ts'
import { isCurrency, type Minor } from '../../../domain/amounts.ts'
import { reasonRule } from '../../../domain/money/adjustmentReasons.ts'
import { type LenientAmounts, lenientAmounts } from '../amounts.ts'
import { checkBalance, type PaymentClaim, type StatedPayment } from '../balance.ts'
import {
  type ClaimReport,
  emptyTransaction,
  type ProblemCode,
  type ReadTransaction,
  type TransactionReport,
} from '../report.ts'
import { PAYMENT_STATUS } from '../statusWords.ts'
import { currencyOf } from './currency.ts'
import { claimPlace, codeAt, elementName, placeIn } from './place.ts'

/** An open CLP: what is reported of it and what its balance needs. */
interface OpenClaim {
  report: ClaimReport
  amounts: PaymentClaim
  place: string
  /** What the patient owes, by the claim's own figure and by its reasons; null: not to be read. */
  patient: { stated: Minor | null; byReasons: Minor | null }
}

/**
 * Reads an 835 of any payer, dental or medical, and lists what is wrong with it. Unlike the reader
 * of our own HMOs (formats/x12/readPayment.ts) it goes on after a problem: what can't be read stays
 * null.
 */
export function readRemittance(transaction: X12Transaction, bySender: string): ReadTransaction {
  const currency = currencyOf(transaction.segments)
  const reading = new RemittanceReading(transaction, currency)
  reading.notes.push(['sender', bySender])
  for (const segment of transaction.segments) reading.read(segment)
  reading.finish()
  return { report: reading.report, title: '835 payment', notes: reading.notes, currency }
}

class RemittanceReading {
  readonly report: TransactionReport
  readonly notes: ReadTransaction['notes'] = []
  readonly #controlNumber: string
  readonly #separators: X12Transaction['separators']
  readonly #currency: string
  readonly #amounts: LenientAmounts
  readonly #payment: StatedPayment = { amount: null, claims: [], providerAdjustments: [] }
  /** Where each claim of the payment stands, and its lines. */
  readonly #places: { claim: string; lines: string[] }[] = []
  readonly #seen = new Set<string>()
  readonly #opened: OpenClaim[] = []
  #claim: OpenClaim | null = null
  #line: { amounts: PaymentClaim['lines'][number]; place: string } | null = null

  constructor({ controlNumber, separators }: X12Transaction, currency: string) {
    this.report = emptyTransaction('remittance', controlNumber)
    this.#controlNumber = controlNumber
    this.#separators = separators
    this.#currency = currency
    this.#amounts = lenientAmounts(currency, this.report.problems)
  }

  #problem(code: ProblemCode, where: string, message: string): void {
    this.report.problems.push({ code, where, message })
  }

  #here(...steps: string[]): string {
    return placeIn(this.#controlNumber, this.#claim?.place ?? '', this.#line?.place ?? '', ...steps)
  }

  read(segment: X12Segment): void {
    const id = segment.elements[0] ?? ''
    this.#seen.add(id)
    switch (id) {
      case 'BPR':
        this.#readBpr(segment)
        return
      case 'TRN':
        if (at(segment, 2) === '') this.#problem('missing', this.#here('TRN02'), 'the payment number is missing')
        this.notes.push(['payment number', at(segment, 2)], ['payer id', at(segment, 3)])
        return
      case 'CUR':
        if (!isCurrency(codeAt(segment, 2)))
          this.#problem('malformed', this.#here('CUR02'), 'no currency that we know; read as USD')
        return
      case 'N1':
        if (codeAt(segment, 1) === 'PR') this.notes.push(['payer', at(segment, 2)])
        if (codeAt(segment, 1) === 'PE') this.notes.push(['payee', `${at(segment, 2)} ${at(segment, 4)}`.trim()])
        return
      case 'CLP':
        this.#startClaim(segment)
        return
      case 'SVC':
        this.#startLine(segment)
        return
      case 'CAS':
        this.#readCas(segment)
        return
      case 'DTM':
        if (fromX12Date(at(segment, 2)) === null && !isRange(at(segment, 6)))
          this.#problem('malformed', this.#here('DTM02'), 'no day of the calendar')
        return
      case 'AMT':
        this.#amounts.read(at(segment, 2), this.#here('AMT02'), true)
        return
      case 'PLB':
        this.#claim = null
        this.#line = null
        this.#readPlb(segment)
        return
    }
  }

  #readBpr(segment: X12Segment): void {
    const stated = this.#amounts.read(at(segment, 2), this.#here('BPR02'), true)
    const direction = codeAt(segment, 3)
    if (direction !== 'C' && direction !== 'D')
      this.#problem('unknown-code', this.#here('BPR03'), 'neither credit (C) nor debit (D)')
    this.#payment.amount = stated
    const contradiction = amountWithoutMoney(segment, stated)
    if (contradiction !== null)
      this.#problem(contradiction.code, this.#here(contradiction.where), contradiction.message)
    this.report.total = this.#amounts.write(this.#payment.amount)
    if (at(segment, 16) === '') this.#problem('missing', this.#here('BPR16'), 'the payment date is missing')
    else if (fromX12Date(at(segment, 16)) === null)
      this.#problem('malformed', this.#here('BPR16'), 'no day of the calendar')
    this.notes.push(['paid on', fromX12Date(at(segment, 16)) ?? at(segment, 16)], ['by', at(segment, 4)])
  }

  #startClaim(segment: X12Segment): void {
    this.#claim = null
    this.#line = null
    const [number, status] = [at(segment, 1), at(segment, 2)]
    const place = claimPlace('CLP', this.report.claims.length + 1, number)
    const where = (element: number) => this.#here(place, elementName('CLP', element))
    if (number === '') this.#problem('missing', where(1), 'our number of the claim is missing')
    if (status === '') this.#problem('missing', where(2), 'the status is missing')
    const word = Object.hasOwn(PAYMENT_STATUS, status) ? PAYMENT_STATUS[status] : undefined
    if (status !== '' && word === undefined)
      this.#problem('unknown-code', where(2), `claim status ${status} is not in the list`)
    const charged = this.#amounts.read(at(segment, 3), where(3), true)
    const paid = this.#amounts.read(at(segment, 4), where(4), true)
    const responsibility = this.#amounts.read(at(segment, 5), where(5), false)
    const opened: OpenClaim = {
      report: {
        claimId: number || null,
        reference: at(segment, 7) || null,
        status: (word ?? status) || null,
        charged: this.#amounts.write(charged),
        paid: this.#amounts.write(paid),
        patientResponsibility: this.#amounts.write(responsibility),
        lines: 0,
        adjustments: [],
      },
      amounts: { charged, paid, adjustments: [], lines: [], kind: kindOfPayment(word), itemised: true },
      place,
      patient: { stated: responsibility, byReasons: 0 },
    }
    this.#opened.push(opened)
    this.report.claims.push(opened.report)
    this.#payment.claims.push(opened.amounts)
    this.#places.push({ claim: place, lines: [] })
    this.#claim = opened
  }

  #startLine(segment: X12Segment): void {
    this.#line = null
    if (this.#claim === null) {
      this.#problem('malformed', this.#here(`segment ${segment.position}`), 'SVC outside a claim')
      return
    }
    this.#claim.report.lines += 1
    const place = `SVC ${this.#claim.report.lines}`
    this.#places.at(-1)?.lines.push(place)
    const where = (element: number) => this.#here(place, elementName('SVC', element))
    if (component(at(segment, 1), 2, this.#separators) === '')
      this.#problem('missing', where(1), 'the procedure is missing')
    const opened = {
      charged: this.#amounts.read(at(segment, 2), where(2), true),
      paid: this.#amounts.read(at(segment, 3), where(3), true),
      adjustments: [] as (Minor | null)[],
    }
    this.#claim.amounts.lines.push(opened)
    this.#line = { amounts: opened, place }
  }

  /** Up to six reasons stand in one CAS, each with amount and quantity. */
  #readCas(segment: X12Segment): void {
    if (this.#claim === null) {
      this.#problem('malformed', this.#here(`segment ${segment.position}`), 'CAS outside a claim')
      return
    }
    const group = codeAt(segment, 1)
    if (!ADJUSTMENT_GROUPS.has(group))
      this.#problem(
        group === '' ? 'missing' : 'unknown-code',
        this.#here('CAS01'),
        `adjustment group ${group} is not in the list`,
      )
    for (let element = 2; element < segment.elements.length; element += 3) {
      const [reason, stated] = [codeAt(segment, element), at(segment, element + 1)]
      if (reason === '' && stated === '') continue
      if (reason === '')
        this.#problem('missing', this.#here(elementName('CAS', element)), 'an adjustment without a reason')
      else if (!isAdjustmentReason(reason))
        this.#problem(
          'unknown-code',
          this.#here(elementName('CAS', element)),
          `adjustment reason ${reason} is not in the list`,
        )
      const amount = this.#amounts.read(stated, this.#here(elementName('CAS', element + 1)), true)
      this.#claim.report.adjustments.push({ group, reason, amount: this.#amounts.write(amount) })
      const owner = this.#line?.amounts ?? this.#claim.amounts
      owner.adjustments.push(amount)
      const { patient } = this.#claim
      if (reasonRule(group, reason).bucket === 'patient')
        patient.byReasons = amount === null || patient.byReasons === null ? null : patient.byReasons + amount
    }
  }

  /** Up to six pairs of reason and amount, each with a reference of its own. */
  #readPlb(segment: X12Segment): void {
    for (let element = 3; element < segment.elements.length; element += 2) {
      const [identifier, stated] = [at(segment, element), at(segment, element + 1)]
      if (identifier === '' && stated === '') continue
      const reason = component(identifier, 1, this.#separators).toUpperCase()
      const where = (offset: number) => this.#here(elementName('PLB', element + offset))
      if (!PROVIDER_ADJUSTMENTS.has(reason))
        this.#problem(
          reason === '' ? 'missing' : 'unknown-code',
          where(0),
          `provider adjustment ${reason} is not in the list`,
        )
      const amount = this.#amounts.read(stated, where(1), true)
      this.#payment.providerAdjustments.push(amount)
      this.report.providerAdjustments.push({
        reason,
        reference: component(identifier, 2, this.#separators) || null,
        amount: this.#amounts.write(amount),
      })
    }
  }

  finish(): void {
    if (!this.#seen.has('BPR')) this.#problem('missing', placeIn(this.#controlNumber), 'BPR, the payment, is missing')
    if (!this.#seen.has('TRN'))
      this.#problem('missing', placeIn(this.#controlNumber), 'TRN, the payment number, is missing')
    const checked = checkBalance(this.#payment, this.#currency, (at, row) => {
      const place = at === undefined ? undefined : this.#places[at]
      return placeIn(this.#controlNumber, place?.claim ?? '', row === undefined ? '' : (place?.lines[row] ?? ''))
    })
    this.report.problems.push(...checked.problems)
    for (const opened of this.#opened) this.#checkPatient(opened)
    this.report.balanced = checked.balanced
  }

  /** The domain's rule (domain/money/patientBalance.ts) for what could be read. */
  #checkPatient({ amounts, patient, place }: OpenClaim): void {
    const { stated, byReasons } = patient
    if (amounts.kind !== 'payment' || stated === null || byReasons === null || stated === byReasons) return
    const [says, adds] = [this.#amounts.write(stated), this.#amounts.write(byReasons)]
    const where = placeIn(this.#controlNumber, place, elementName('CLP', 5))
    this.#problem('patient-balance', where, `the patient owes ${says} by CLP05, and ${adds} by the reasons`)
  }
}

/** DTM06 of an RD8: two days. */
function isRange(text: string): boolean {
  const [first = '', last = '', ...more] = text.split('-')
  return more.length === 0 && fromX12Date(first) !== null && fromX12Date(last) !== null
}

/**
 * What is not the payer's own claim balances by the same rules: its whole charge is adjusted away.
 */
function kindOfPayment(word: string | undefined): PaymentClaim['kind'] {
  return word === 'reversal' ? 'reversal' : 'payment'
}
