import { isCurrency } from '../../../domain/amounts.ts'
import { type AmountReader, amountReader } from './amounts.ts'
import { fromX12Date } from './dates.ts'
import { at, component, type Problem, type Segment, type Transaction } from './interchange.ts'
import { type PaidClaim, type PaymentAdvice, readAdjustments } from './paymentAdvice.ts'

/**
 * Reads an 835 (005010X221A1) exactly as it stands; whether it balances is the domain's question. Amounts are in minor units of `currency`, or of
 * the document's own CUR. Never throws: what is missing or malformed is in `problems`, and then no amount of it may be believed.
 */
export function readPayment(transaction: Transaction, currency: string): PaymentAdvice {
  const stated = at(
    transaction.segments.find((segment) => segment.elements[0] === 'CUR'),
    2,
  )
  const problems: Problem[] = []
  if (stated !== '' && !isCurrency(stated)) problems.push(malformed('CUR02', 'no currency that we know'))
  const payment: PaymentAdvice = {
    currency: isCurrency(stated) ? stated : currency,
    amount: 0,
    paidOn: '',
    traceNumber: '',
    payer: '',
    payerName: '',
    claims: [],
    providerAdjustments: [],
    problems,
  }
  const reader = startReading(payment, transaction)
  for (const segment of transaction.segments) reader.take(segment)
  reader.finish()
  return payment
}

function startReading(payment: PaymentAdvice, { separators, controlNumber }: Transaction) {
  const amount = amountReader(payment.currency, payment.problems)
  let claim: PaidClaim | null = null
  let line: PaidClaim['lines'][number] | null = null
  let payerIdentifier = ''

  function take(segment: Segment): void {
    switch (segment.elements[0]) {
      case 'BPR':
        readBpr(segment)
        return
      case 'TRN':
        payment.traceNumber = at(segment, 2)
        payment.payer = payerOf(at(segment, 3))
        return
      case 'N1':
        if (at(segment, 1) === 'PR') {
          payment.payerName = at(segment, 2)
          payerIdentifier = at(segment, 4)
        }
        return
      case 'CLP':
        claim = startClaim(segment, payment.claims.length + 1, amount)
        line = null
        payment.claims.push(claim)
        return
      case 'SVC':
        if (claim === null) {
          payment.problems.push(malformed(`segment ${segment.position}`, 'SVC outside a claim'))
          return
        }
        line = startLine(segment, claim)
        claim.lines.push(line)
        return
      case 'CAS': {
        const owner = line ?? claim
        if (owner === null) payment.problems.push(malformed(`segment ${segment.position}`, 'CAS outside a claim'))
        else owner.adjustments.push(...readAdjustments(segment, amount, payment.problems))
        return
      }
      case 'REF':
        if (line !== null && at(segment, 1) === '6R') line.controlNumber = at(segment, 2)
        else if (claim !== null && line === null)
          claim.references.push({ qualifier: at(segment, 1), value: at(segment, 2) })
        return
      case 'LQ':
        if (claim !== null && at(segment, 2) !== '') claim.remarks.push(at(segment, 2))
        return
      case 'MOA':
        if (claim !== null)
          claim.remarks.push(...[3, 4, 5, 6, 7].map((element) => at(segment, element)).filter((code) => code !== ''))
        return
      case 'PLB':
        claim = null
        line = null
        readPlb(segment)
        return
    }
  }

  function readBpr(segment: Segment): void {
    const read = amount(at(segment, 2), 'BPR02')
    payment.amount = at(segment, 3) === 'D' && read > 0 ? -read : read
    const paidOn = fromX12Date(at(segment, 16))
    if (paidOn === null) payment.problems.push(malformed('BPR16', 'no payment date'))
    payment.paidOn = paidOn ?? ''
  }

  function startLine(segment: Segment, owner: PaidClaim): PaidClaim['lines'][number] {
    const where = `CLP ${owner.position} SVC ${owner.lines.length + 1}`
    return {
      code: component(at(segment, 1), 2, separators),
      submittedCode: component(at(segment, 6), 2, separators) || null,
      charged: amount(at(segment, 2), `${where} SVC02`),
      paid: amount(at(segment, 3), `${where} SVC03`),
      controlNumber: null,
      adjustments: [],
    }
  }

  /** Up to six pairs of reason and amount; each pair has a reference of its own. */
  function readPlb(segment: Segment): void {
    for (let element = 3; element < segment.elements.length; element += 2) {
      const identifier = at(segment, element)
      const said = at(segment, element + 1)
      if (identifier === '' && said === '') continue
      payment.providerAdjustments.push({
        reason: component(identifier, 1, separators),
        reference: component(identifier, 2, separators),
        amount: amount(said, `segment ${segment.position} PLB${String(element + 1).padStart(2, '0')}`),
      })
    }
  }

  function finish(): void {
    if (payment.payer === '') payment.payer = payerIdentifier
    if (payment.traceNumber === '') payment.problems.push(missing(controlNumber, 'TRN02, the payment number'))
    if (payment.payer === '') payment.problems.push(missing(controlNumber, 'the payer'))
    if (payment.paidOn === '' && !payment.problems.some((problem) => problem.where === 'BPR16'))
      payment.problems.push(missing(controlNumber, 'BPR'))
  }

  return { take, finish }
}

function startClaim(segment: Segment, position: number, amount: AmountReader): PaidClaim {
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
    remarks: [],
    adjustments: [],
    lines: [],
  }
}

/** TRN03 is `1` and the payer's ten characters' tax number. */
function payerOf(identifier: string): string {
  return /^1\d{9}$/.test(identifier) ? identifier.slice(1) : identifier
}

function malformed(where: string, message: string): Problem {
  return { code: 'malformed', where, message }
}

function missing(controlNumber: string, what: string): Problem {
  return { code: 'missing', where: `ST ${controlNumber}`, message: `${what} is missing` }
}
