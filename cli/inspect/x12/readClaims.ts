import { ADJUSTMENT_GROUPS, isAdjustmentReason } from '../../../adapters/formats/x12/codeLists.ts'
import { fromX12Date } from '../../../adapters/formats/x12/dates.ts'
import { at, component, type X12Segment, type X12Transaction } from '../../../adapters/formats/x12/interchange.ts'
import { isCurrency, type Minor, sum } from '../../../domain/amounts.ts'
import { type LenientAmounts, lenientAmounts } from '../amounts.ts'
import {
  type ClaimReport,
  emptyTransaction,
  type ProblemCode,
  type ReadTransaction,
  type TransactionReport,
} from '../report.ts'
import { CLAIM_PURPOSE } from '../statusWords.ts'
import { currencyOf } from './currency.ts'
import { OtherPayersReading } from './otherPayers.ts'
import { claimPlace, codeAt, elementName, placeIn } from './place.ts'
import { readDetails } from './readDetails.ts'

interface OpenClaim {
  report: ClaimReport
  place: string
  charged: Minor | null
  lines: (Minor | null)[]
  otherPayers: OtherPayersReading
}

/** Which element of a service line is its charge: dental, professional, institutional. */
const CHARGE: Readonly<Record<string, number>> = { SV3: 2, SV1: 2, SV2: 3 }

/** Reads an 837, dental or medical: each CLM with its lines. */
export function readClaims(transaction: X12Transaction, bySender: string): ReadTransaction {
  const currency = currencyOf(transaction.segments)
  const reading = new ClaimsReading(transaction, currency)
  reading.notes.push(['sender', bySender])
  for (const segment of transaction.segments) reading.read(segment)
  reading.finish()
  for (const [index, details] of readDetails(transaction).entries()) {
    const claim = reading.report.claims[index]
    if (claim !== undefined && details !== undefined) claim.details = details
  }
  return { report: reading.report, title: '837 claims', notes: reading.notes, currency }
}

class ClaimsReading {
  readonly report: TransactionReport
  readonly notes: ReadTransaction['notes'] = []
  readonly #controlNumber: string
  readonly #separators: X12Transaction['separators']
  readonly #amounts: LenientAmounts
  readonly #claims: OpenClaim[] = []
  #claim: OpenClaim | null = null

  constructor({ controlNumber, separators }: X12Transaction, currency: string) {
    this.report = emptyTransaction('claim', controlNumber)
    this.#controlNumber = controlNumber
    this.#separators = separators
    this.#amounts = lenientAmounts(currency, this.report.problems)
  }

  #problem(code: ProblemCode, where: string, message: string): void {
    this.report.problems.push({ code, where, message })
  }

  #here(...steps: string[]): string {
    const line = this.#claim !== null && this.#claim.report.lines > 0 ? `LX ${this.#claim.report.lines}` : ''
    return placeIn(this.#controlNumber, this.#claim?.place ?? '', line, ...steps)
  }

  read(segment: X12Segment): void {
    const id = segment.elements[0] ?? ''
    if (this.#ofOtherPayer(segment)) return
    const charge = Object.hasOwn(CHARGE, id) ? CHARGE[id] : undefined
    if (charge !== undefined) {
      this.#readLine(segment, id, charge)
      return
    }
    switch (id) {
      case 'BHT':
        this.notes.push(['file reference', at(segment, 3)])
        return
      case 'CUR':
        if (!isCurrency(codeAt(segment, 2)))
          this.#problem('malformed', this.#here('CUR02'), 'no currency that we know; read as USD')
        return
      case 'NM1':
        if (at(segment, 1) === '85') this.notes.push(['billing provider', at(segment, 3)])
        if (codeAt(segment, 1) === 'PR' && this.#claim === null) this.notes.push(['payer', at(segment, 3)])
        return
      case 'CLM':
        this.#startClaim(segment)
        return
      case 'REF':
        if (this.#claim !== null && codeAt(segment, 1) === 'F8') this.#claim.report.reference = at(segment, 2) || null
        return
      case 'DTP':
        if (this.#claim !== null && !isDate(codeAt(segment, 2), at(segment, 3)))
          this.#problem('malformed', this.#here('DTP03'), 'not the date that DTP02 announces')
        return
      case 'CAS':
        this.#readCas(segment)
        return
      case 'HL':
        this.#claim = null
        return
    }
  }

  #ofOtherPayer(segment: X12Segment): boolean {
    if (this.#claim === null) return false
    const { lines, otherPayers, report } = this.#claim
    return otherPayers.read(segment, { number: report.lines, charge: lines.at(-1) ?? null, place: this.#here() })
  }

  #startClaim(segment: X12Segment): void {
    this.#claim = null
    const number = at(segment, 1)
    const place = claimPlace('CLM', this.#claims.length + 1, number)
    if (number === '')
      this.#problem('missing', placeIn(this.#controlNumber, place, 'CLM01'), 'the number of the claim is missing')
    const charged = this.#amounts.read(at(segment, 2), placeIn(this.#controlNumber, place, 'CLM02'), true)
    const frequency = component(codeAt(segment, 5), 3, this.#separators)
    const word = Object.hasOwn(CLAIM_PURPOSE, frequency) ? CLAIM_PURPOSE[frequency] : undefined
    if (frequency === '')
      this.#problem(
        'missing',
        placeIn(this.#controlNumber, place, 'CLM05'),
        'the frequency (new, replacement, void) is missing',
      )
    else if (word === undefined && !/^[0-9A-Z]$/.test(frequency))
      this.#problem(
        'unknown-code',
        placeIn(this.#controlNumber, place, 'CLM05'),
        `claim frequency ${frequency} is not in the list`,
      )
    const predetermination = codeAt(segment, 19) === 'PB'
    this.#claim = {
      report: {
        claimId: number || null,
        reference: null,
        status: predetermination ? 'predetermination' : (word ?? frequency) || null,
        charged: this.#amounts.write(charged),
        paid: null,
        patientResponsibility: null,
        lines: 0,
        adjustments: [],
      },
      place,
      charged,
      lines: [],
      otherPayers: new OtherPayersReading(this.#amounts),
    }
    this.#claims.push(this.#claim)
    this.report.claims.push(this.#claim.report)
  }

  #readLine(segment: X12Segment, id: string, charge: number): void {
    if (this.#claim === null) {
      this.#problem('malformed', this.#here(`segment ${segment.position}`), `${id} outside a claim`)
      return
    }
    this.#claim.otherPayers.startLine()
    this.#claim.report.lines += 1
    this.#claim.lines.push(this.#amounts.read(at(segment, charge), this.#here(elementName(id, charge)), true))
  }

  /** What another payer adjusted before. */
  #readCas(segment: X12Segment): void {
    if (this.#claim === null) return
    const group = codeAt(segment, 1)
    if (!ADJUSTMENT_GROUPS.has(group))
      this.#problem('unknown-code', this.#here('CAS01'), `adjustment group ${group} is not in the list`)
    for (let element = 2; element < segment.elements.length; element += 3) {
      const reason = codeAt(segment, element)
      if (reason === '' && at(segment, element + 1) === '') continue
      if (!isAdjustmentReason(reason))
        this.#problem(
          'unknown-code',
          this.#here(elementName('CAS', element)),
          `adjustment reason ${reason} is not in the list`,
        )
      const amount = this.#amounts.read(at(segment, element + 1), this.#here(elementName('CAS', element + 1)), true)
      const adjustment = { group, reason, amount: this.#amounts.write(amount) }
      this.#claim.report.adjustments.push(adjustment)
      this.#claim.otherPayers.adjust(adjustment, amount)
    }
  }

  finish(): void {
    this.#claim = null
    if (this.#claims.length === 0) this.#problem('missing', placeIn(this.#controlNumber), 'there is no claim (CLM)')
    for (const { place, charged, lines, report, otherPayers } of this.#claims) {
      const where = placeIn(this.#controlNumber, place)
      if (otherPayers.reports.length > 0) report.otherPayers = otherPayers.reports
      this.report.problems.push(...otherPayers.problems(where))
      if (lines.length === 0) this.#problem('missing', where, 'the claim has no service line')
      const whole = lines.filter((each) => each !== null)
      if (charged === null || lines.length === 0 || whole.length < lines.length) continue
      if (sum(whole) !== charged)
        this.#problem(
          'claim-balance',
          where,
          `CLM02 says ${this.#amounts.write(charged)}, the lines come to ${this.#amounts.write(sum(whole))}`,
        )
    }
    const charges = this.#claims.map((each) => each.charged).filter((each) => each !== null)
    this.report.total = charges.length === this.#claims.length ? this.#amounts.write(sum(charges)) : null
  }
}

/** D8 is a day, RD8 two of them, TM and DT have a time. */
function isDate(format: string, text: string): boolean {
  if (format === 'RD8')
    return text.split('-').length === 2 && text.split('-').every((each) => fromX12Date(each) !== null)
  if (format === 'TM') return /^\d{4,8}$/.test(text)
  return fromX12Date(text.slice(0, 8)) !== null && (format === 'DT' || text.length === 8)
}
