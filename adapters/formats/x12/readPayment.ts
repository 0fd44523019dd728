import { isCurrency } from '../../../domain/amounts.ts'
import { type AmountReader, amountReader } from './amounts.ts'
import { fromX12Date } from './dates.ts'
import { at, component, type X12Problem, type X12Segment, type X12Transaction } from './interchange.ts'
import { type PaymentAdvice, personIn, readAdjustments, type X12PaidClaim } from './paymentAdvice.ts'
import { amountWithoutMoney } from './paymentMeans.ts'

/**
 * Reads an 835 (005010X221A1) exactly as it stands; whether it balances is the domain's question.
 * Amounts are in minor units of `currency`, or of the document's own CUR. Never throws: what is
 * missing or malformed is in `problems`, and then no amount of it may be believed.
 */
export function readPayment(transaction: X12Transaction, currency: string): PaymentAdvice {
  const stated = at(
    transaction.segments.find((segment) => segment.elements[0] === 'CUR'),
    2,
  )
  const problems: X12Problem[] = []
  if (stated !== '' && !isCurrency(stated)) problems.push(malformed('CUR02', 'no currency that we know'))
  const payment: PaymentAdvice = {
    currency: isCurrency(stated) ? stated : currency,
    amount: 0,
    paidOn: '',
    traceNumber: '',
    payer: '',
    payerName: '',
    payee: {},
    claims: [],
    providerAdjustments: [],
    problems,
  }
  const reading = new PaymentReading(payment, transaction)
  for (const segment of transaction.segments) reading.read(segment)
  reading.finish()
  return payment
}

class PaymentReading {
  readonly #payment: PaymentAdvice
  readonly #separators: X12Transaction['separators']
  readonly #controlNumber: string
  readonly #amount: AmountReader
  #claim: X12PaidClaim | null = null
  #line: X12PaidClaim['lines'][number] | null = null
  #payerIdentifier = ''

  constructor(payment: PaymentAdvice, { separators, controlNumber }: X12Transaction) {
    this.#payment = payment
    this.#separators = separators
    this.#controlNumber = controlNumber
    this.#amount = amountReader(payment.currency, payment.problems)
  }

  read(segment: X12Segment): void {
    switch (segment.elements[0]) {
      case 'BPR':
        this.#readBpr(segment)
        return
      case 'TRN':
        this.#payment.traceNumber = at(segment, 2)
        this.#payment.payer = payerOf(at(segment, 3))
        return
      case 'N1':
        this.#readParty(segment)
        return
      case 'NM1':
        if (this.#claim !== null && this.#line === null) this.#claim.people.push(personIn(segment))
        return
      case 'DTM':
        this.#readDay(segment)
        return
      case 'CLP':
        this.#claim = startClaim(segment, this.#payment.claims.length + 1, this.#amount)
        this.#line = null
        this.#payment.claims.push(this.#claim)
        return
      case 'SVC':
        if (this.#claim === null) {
          this.#payment.problems.push(malformed(`segment ${segment.position}`, 'SVC outside a claim'))
          return
        }
        this.#line = this.#startLine(segment, this.#claim)
        this.#claim.lines.push(this.#line)
        return
      case 'CAS': {
        const owner = this.#line ?? this.#claim
        if (owner === null) this.#payment.problems.push(malformed(`segment ${segment.position}`, 'CAS outside a claim'))
        else owner.adjustments.push(...readAdjustments(segment, this.#amount, this.#payment.problems))
        return
      }
      case 'REF':
        this.#readRef(segment)
        return
      case 'LQ':
        if (this.#claim !== null && at(segment, 2) !== '') this.#claim.remarks.push(at(segment, 2))
        return
      case 'MOA':
        if (this.#claim !== null)
          this.#claim.remarks.push(
            ...[3, 4, 5, 6, 7].map((element) => at(segment, element)).filter((code) => code !== ''),
          )
        return
      case 'PLB':
        this.#claim = null
        this.#line = null
        this.#readPlb(segment)
        return
    }
  }

  #readParty(segment: X12Segment): void {
    const id = at(segment, 4)
    if (at(segment, 1) === 'PR') {
      this.#payment.payerName = at(segment, 2)
      this.#payerIdentifier = id
    }
    if (at(segment, 1) !== 'PE' || id === '') return
    if (at(segment, 3) === 'XX') this.#payment.payee.npi = id
    if (at(segment, 3) === 'FI') this.#payment.payee.taxId = id
  }

  #readDay(segment: X12Segment): void {
    const day = fromX12Date(at(segment, 2))
    const qualifier = at(segment, 1)
    if (this.#line !== null && (qualifier === '472' || qualifier === '150')) this.#line.day ??= day
    if (this.#claim === null || this.#line !== null) return
    if (qualifier === '232') this.#claim.days.first = day
    if (qualifier === '233') this.#claim.days.last = day
  }

  #readRef(segment: X12Segment): void {
    if (this.#claim === null && at(segment, 1) === 'TJ' && at(segment, 2) !== '')
      this.#payment.payee.taxId ??= at(segment, 2)
    if (this.#line !== null && at(segment, 1) === '6R') this.#line.controlNumber = at(segment, 2)
    else if (this.#claim !== null && this.#line === null)
      this.#claim.references.push({ qualifier: at(segment, 1), value: at(segment, 2) })
  }

  /**
   * BPR02 is what the provider gets, whichever way BPR03 says that it moves: `D` is "a debit to the
   * payer's account and a credit to the provider's account", which the provider starts (source: 835
   * guide, BPR03). An 835 has no payment that the payer pulls back: BPR02 is never below 0.
   */
  #readBpr(segment: X12Segment): void {
    this.#payment.amount = this.#amount(at(segment, 2), 'BPR02')
    const problem = amountWithoutMoney(segment, this.#payment.amount)
    if (problem !== null) this.#payment.problems.push(problem)
    const paidOn = fromX12Date(at(segment, 16))
    if (paidOn === null) this.#payment.problems.push(malformed('BPR16', 'no payment date'))
    this.#payment.paidOn = paidOn ?? ''
  }

  #startLine(segment: X12Segment, owner: X12PaidClaim): X12PaidClaim['lines'][number] {
    const where = `CLP ${owner.position} SVC ${owner.lines.length + 1}`
    return {
      code: component(at(segment, 1), 2, this.#separators),
      submittedCode: component(at(segment, 6), 2, this.#separators) || null,
      charged: this.#amount(at(segment, 2), `${where} SVC02`),
      paid: this.#amount(at(segment, 3), `${where} SVC03`),
      controlNumber: null,
      day: null,
      adjustments: [],
    }
  }

  /** Up to six pairs of reason and amount; each pair has a reference of its own. */
  #readPlb(segment: X12Segment): void {
    for (let element = 3; element < segment.elements.length; element += 2) {
      const identifier = at(segment, element)
      const said = at(segment, element + 1)
      if (identifier === '' && said === '') continue
      this.#payment.providerAdjustments.push({
        reason: component(identifier, 1, this.#separators),
        reference: component(identifier, 2, this.#separators),
        amount: this.#amount(said, `segment ${segment.position} PLB${String(element + 1).padStart(2, '0')}`),
      })
    }
  }

  finish(): void {
    if (this.#payment.payer === '') this.#payment.payer = this.#payerIdentifier
    if (this.#payment.traceNumber === '')
      this.#payment.problems.push(missing(this.#controlNumber, 'TRN02, the payment number'))
    if (this.#payment.payer === '') this.#payment.problems.push(missing(this.#controlNumber, 'the payer'))
    if (this.#payment.paidOn === '' && !this.#payment.problems.some((problem) => problem.where === 'BPR16'))
      this.#payment.problems.push(missing(this.#controlNumber, 'BPR'))
  }
}

function startClaim(segment: X12Segment, position: number, amount: AmountReader): X12PaidClaim {
  const responsibility = at(segment, 5)
  return {
    position,
    ownNumber: at(segment, 1),
    status: at(segment, 2),
    charged: amount(at(segment, 3), `CLP ${position} CLP03`),
    paid: amount(at(segment, 4), `CLP ${position} CLP04`),
    patientResponsibility: responsibility === '' ? null : amount(responsibility, `CLP ${position} CLP05`),
    payerNumber: at(segment, 7),
    references: [],
    people: [],
    days: { first: null, last: null },
    remarks: [],
    adjustments: [],
    lines: [],
  }
}

/** TRN03 is `1` and the payer's ten characters' tax number. */
function payerOf(identifier: string): string {
  return /^1\d{9}$/.test(identifier) ? identifier.slice(1) : identifier
}

function malformed(where: string, message: string): X12Problem {
  return { code: 'malformed', where, message }
}

function missing(controlNumber: string, what: string): X12Problem {
  return { code: 'missing', where: `ST ${controlNumber}`, message: `${what} is missing` }
}
