import { ADJUSTMENT_GROUPS, isAdjustmentReason, PROVIDER_ADJUSTMENTS } from '../../../adapters/formats/x12/codeLists.ts'
import { fromX12Date } from '../../../adapters/formats/x12/dates.ts'
import { at, component, type Segment, type Transaction } from '../../../adapters/formats/x12/interchange.ts'
import { isCurrency, type Minor } from '../../../domain/amounts.ts'
import { lenientAmounts } from '../amounts.ts'
import { checkBalance, type Payment, type PaymentClaim } from '../balance.ts'
import { type ClaimReport, emptyTransaction, type ProblemCode, type ReadTransaction } from '../report.ts'
import { PAYMENT_STATUS } from '../statusWords.ts'
import { claimPlace, codeAt, elementName, placeIn } from './place.ts'

/** An open CLP: what is reported of it and what its balance needs. */
interface OpenClaim {
  report: ClaimReport
  amounts: PaymentClaim
  place: string
}

/**
 * Reads an 835 of any payer, dental or medical, and lists what is wrong with it. Unlike the reader of our own HMOs (formats/x12/readPayment.ts) it goes on
 * after a problem: what can't be read stays null.
 */
export function readRemittance(transaction: Transaction, bySender: string): ReadTransaction {
  const { controlNumber, separators, segments } = transaction
  const report = emptyTransaction('remittance', controlNumber)
  const { problems } = report
  const currency = currencyOf(segments)
  const amounts = lenientAmounts(currency, problems)
  const payment: Payment = { amount: null, claims: [], providerAdjustments: [] }
  const places: { claim: string; lines: string[] }[] = []
  const notes: ReadTransaction['notes'] = [['sender', bySender]]
  let claim: OpenClaim | null = null
  let line: { amounts: PaymentClaim['lines'][number]; place: string } | null = null
  const seen = new Set<string>()
  for (const segment of segments) take(segment)
  finish()
  return { report, title: '835 payment', notes, currency }

  function problem(code: ProblemCode, where: string, message: string): void {
    problems.push({ code, where, message })
  }

  function here(...steps: string[]): string {
    return placeIn(controlNumber, claim?.place ?? '', line?.place ?? '', ...steps)
  }

  function take(segment: Segment): void {
    const id = segment.elements[0] ?? ''
    seen.add(id)
    switch (id) {
      case 'BPR':
        takeBpr(segment)
        return
      case 'TRN':
        if (at(segment, 2) === '') problem('missing', here('TRN02'), 'the payment number is missing')
        notes.push(['payment number', at(segment, 2)], ['payer id', at(segment, 3)])
        return
      case 'CUR':
        if (!isCurrency(codeAt(segment, 2)))
          problem('malformed', here('CUR02'), 'no currency that we know; read as USD')
        return
      case 'N1':
        if (codeAt(segment, 1) === 'PR') notes.push(['payer', at(segment, 2)])
        if (codeAt(segment, 1) === 'PE') notes.push(['payee', `${at(segment, 2)} ${at(segment, 4)}`.trim()])
        return
      case 'CLP':
        startClaim(segment)
        return
      case 'SVC':
        startLine(segment)
        return
      case 'CAS':
        takeCas(segment)
        return
      case 'DTM':
        if (fromX12Date(at(segment, 2)) === null && !isRange(at(segment, 6)))
          problem('malformed', here('DTM02'), 'no day of the calendar')
        return
      case 'AMT':
        amounts.read(at(segment, 2), here('AMT02'), true)
        return
      case 'PLB':
        claim = null
        line = null
        takePlb(segment)
        return
    }
  }

  function takeBpr(segment: Segment): void {
    const stated = amounts.read(at(segment, 2), here('BPR02'), true)
    const direction = codeAt(segment, 3)
    if (direction !== 'C' && direction !== 'D')
      problem('unknown-code', here('BPR03'), 'neither credit (C) nor debit (D)')
    payment.amount = stated !== null && direction === 'D' && stated > 0 ? -stated : stated
    report.total = amounts.write(payment.amount)
    if (at(segment, 16) === '') problem('missing', here('BPR16'), 'the payment date is missing')
    else if (fromX12Date(at(segment, 16)) === null) problem('malformed', here('BPR16'), 'no day of the calendar')
    notes.push(['paid on', fromX12Date(at(segment, 16)) ?? at(segment, 16)], ['by', at(segment, 4)])
  }

  function startClaim(segment: Segment): void {
    claim = null
    line = null
    const [number, status] = [at(segment, 1), at(segment, 2)]
    const place = claimPlace('CLP', report.claims.length + 1, number)
    const where = (element: number) => here(place, elementName('CLP', element))
    if (number === '') problem('missing', where(1), 'our number of the claim is missing')
    if (status === '') problem('missing', where(2), 'the status is missing')
    const word = Object.hasOwn(PAYMENT_STATUS, status) ? PAYMENT_STATUS[status] : undefined
    if (status !== '' && word === undefined)
      problem('unknown-code', where(2), `claim status ${status} is not in the list`)
    const charged = amounts.read(at(segment, 3), where(3), true)
    const paid = amounts.read(at(segment, 4), where(4), true)
    const responsibility = amounts.read(at(segment, 5), where(5), false)
    const opened: OpenClaim = {
      report: {
        claimId: number || null,
        reference: at(segment, 7) || null,
        status: (word ?? status) || null,
        charged: amounts.write(charged),
        paid: amounts.write(paid),
        patientResponsibility: amounts.write(responsibility),
        lines: 0,
        adjustments: [],
      },
      amounts: { charged, paid, adjustments: [], lines: [], kind: kindOfPayment(word), itemised: true },
      place,
    }
    report.claims.push(opened.report)
    payment.claims.push(opened.amounts)
    places.push({ claim: place, lines: [] })
    claim = opened
  }

  function startLine(segment: Segment): void {
    line = null
    if (claim === null) {
      problem('malformed', here(`segment ${segment.position}`), 'SVC outside a claim')
      return
    }
    claim.report.lines += 1
    const place = `SVC ${claim.report.lines}`
    places.at(-1)?.lines.push(place)
    const where = (element: number) => here(place, elementName('SVC', element))
    if (component(at(segment, 1), 2, separators) === '') problem('missing', where(1), 'the procedure is missing')
    const opened = {
      charged: amounts.read(at(segment, 2), where(2), true),
      paid: amounts.read(at(segment, 3), where(3), true),
      adjustments: [] as (Minor | null)[],
    }
    claim.amounts.lines.push(opened)
    line = { amounts: opened, place }
  }

  /** Up to six reasons stand in one CAS, each with amount and quantity. */
  function takeCas(segment: Segment): void {
    if (claim === null) {
      problem('malformed', here(`segment ${segment.position}`), 'CAS outside a claim')
      return
    }
    const group = codeAt(segment, 1)
    if (!ADJUSTMENT_GROUPS.has(group))
      problem(group === '' ? 'missing' : 'unknown-code', here('CAS01'), `adjustment group ${group} is not in the list`)
    for (let element = 2; element < segment.elements.length; element += 3) {
      const [reason, stated] = [codeAt(segment, element), at(segment, element + 1)]
      if (reason === '' && stated === '') continue
      if (reason === '') problem('missing', here(elementName('CAS', element)), 'an adjustment without a reason')
      else if (!isAdjustmentReason(reason))
        problem('unknown-code', here(elementName('CAS', element)), `adjustment reason ${reason} is not in the list`)
      const amount = amounts.read(stated, here(elementName('CAS', element + 1)), true)
      claim.report.adjustments.push({ group, reason, amount: amounts.write(amount) })
      const owner = line?.amounts ?? claim.amounts
      owner.adjustments.push(amount)
    }
  }

  /** Up to six pairs of reason and amount, each with a reference of its own. */
  function takePlb(segment: Segment): void {
    for (let element = 3; element < segment.elements.length; element += 2) {
      const [identifier, stated] = [at(segment, element), at(segment, element + 1)]
      if (identifier === '' && stated === '') continue
      const reason = component(identifier, 1, separators).toUpperCase()
      const where = (offset: number) => here(elementName('PLB', element + offset))
      if (!PROVIDER_ADJUSTMENTS.has(reason))
        problem(
          reason === '' ? 'missing' : 'unknown-code',
          where(0),
          `provider adjustment ${reason} is not in the list`,
        )
      const amount = amounts.read(stated, where(1), true)
      payment.providerAdjustments.push(amount)
      report.providerAdjustments.push({
        reason,
        reference: component(identifier, 2, separators) || null,
        amount: amounts.write(amount),
      })
    }
  }

  function finish(): void {
    if (!seen.has('BPR')) problem('missing', placeIn(controlNumber), 'BPR, the payment, is missing')
    if (!seen.has('TRN')) problem('missing', placeIn(controlNumber), 'TRN, the payment number, is missing')
    const checked = checkBalance(payment, currency, (at, row) => {
      const place = at === undefined ? undefined : places[at]
      return placeIn(controlNumber, place?.claim ?? '', row === undefined ? '' : (place?.lines[row] ?? ''))
    })
    problems.push(...checked.problems)
    report.balanced = checked.balanced
  }
}

/** CUR02, or US dollars, which the guide assumes. */
function currencyOf(segments: readonly Segment[]): string {
  const stated = at(
    segments.find((segment) => segment.elements[0] === 'CUR'),
    2,
  ).toUpperCase()
  return isCurrency(stated) ? stated : 'USD'
}

/** DTM06 of an RD8: two days. */
function isRange(text: string): boolean {
  const [first = '', last = '', ...more] = text.split('-')
  return more.length === 0 && fromX12Date(first) !== null && fromX12Date(last) !== null
}

/** What is not the payer's own claim balances by the same rules: its whole charge is adjusted away. */
function kindOfPayment(word: string | undefined): PaymentClaim['kind'] {
  return word === 'reversal' ? 'reversal' : 'payment'
}
