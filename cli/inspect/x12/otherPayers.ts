import { at, type X12Segment } from '../../../adapters/formats/x12/interchange.ts'
import { type Minor, sum } from '../../../domain/amounts.ts'
import type { LenientAmounts } from '../amounts.ts'
import type { AdjustmentReport, DocumentProblem, OtherPayerReport } from '../report.ts'
import { codeAt } from './place.ts'

interface OpenPayer {
  report: OtherPayerReport
  paid: Minor | null
  adjusted: (Minor | null)[]
  lines: OpenLine[]
}

interface OpenLine {
  adjustments: AdjustmentReport[]
  paid: Minor | null
  adjusted: (Minor | null)[]
  charge: Minor | null
  place: string
}

const ORDERS: Readonly<Record<string, string>> = { P: 'primary', S: 'secondary', T: 'tertiary' }

/**
 * What other payers decided of one claim: loops 2320 to 2330B of the claim and 2430 of its lines.
 * Every segment of the claim goes through `read`, which answers whether it was of another payer.
 */
export class OtherPayersReading {
  readonly #amounts: LenientAmounts
  readonly #payers: OpenPayer[] = []
  /** The loop 2320 or 2430 that is being read. */
  #payer: OpenPayer | null = null
  #line: OpenLine | null = null

  constructor(amounts: LenientAmounts) {
    this.#amounts = amounts
  }

  get reports(): OtherPayerReport[] {
    return this.#payers.map(({ report }) => report)
  }

  /** A new service line begins: what follows is no longer of the payer before. */
  startLine(): void {
    this.#payer = null
    this.#line = null
  }

  /** `line`: the service line at hand, 0 before the first. */
  read(segment: X12Segment, line: { number: number; charge: Minor | null; place: string }): boolean {
    switch (segment.elements[0]) {
      case 'SBR':
        this.#startPayer(codeAt(segment, 1))
        return true
      case 'SVD':
        this.#startDecision(segment, line)
        return true
      case 'NM1':
        if (this.#payer === null || codeAt(segment, 1) !== 'PR') return false
        this.#payer.report.payer = at(segment, 9) || at(segment, 3) || null
        return true
      case 'REF':
        if (this.#payer === null || codeAt(segment, 1) !== 'F8') return false
        this.#payer.report.reference = at(segment, 2) || null
        return true
      case 'AMT':
        if (this.#payer === null || codeAt(segment, 1) !== 'D' || this.#line !== null) return false
        this.#payer.paid = this.#amounts.read(at(segment, 2), `${line.place} AMT02`, true)
        this.#payer.report.paid = this.#amounts.write(this.#payer.paid)
        return true
      default:
        return false
    }
  }

  /** A reason of a CAS: of the line's decision, or of the claim's. */
  adjust(adjustment: AdjustmentReport, amount: Minor | null): void {
    const open = this.#line ?? this.#payer
    if (open === null) return
    open.adjusted.push(amount)
    const adjustments = this.#line?.adjustments ?? this.#payer?.report.adjustments
    adjustments?.push(adjustment)
  }

  /**
   * Paid + adjusted = charge of each line that a payer decided, and what it paid for the claim is
   * what it paid for the lines less its adjustments of the claim (source: 837 TR3 1.4.4).
   */
  problems(where: string): DocumentProblem[] {
    return this.#payers.flatMap((payer) => [
      ...payer.lines.flatMap((line) => this.#lineProblem(line)),
      ...this.#claimProblem(payer, where),
    ])
  }

  #startPayer(order: string): void {
    const word = Object.hasOwn(ORDERS, order) ? ORDERS[order] : undefined
    const report = {
      order: (word ?? order) || null,
      payer: null,
      reference: null,
      paid: null,
      adjustments: [],
      lines: [],
    }
    this.#payer = { report, paid: null, adjusted: [], lines: [] }
    this.#line = null
    this.#payers.push(this.#payer)
  }

  #startDecision(segment: X12Segment, line: { number: number; charge: Minor | null; place: string }): void {
    const payerId = at(segment, 1)
    this.#payer = this.#payers.find(({ report }) => report.payer === payerId) ?? this.#payers[0] ?? null
    this.#line = null
    if (this.#payer === null) return
    const paid = this.#amounts.read(at(segment, 2), `${line.place} SVD02`, true)
    const adjustments: AdjustmentReport[] = []
    this.#line = { adjustments, paid, adjusted: [], charge: line.charge, place: line.place }
    this.#payer.lines.push(this.#line)
    this.#payer.report.lines.push({ line: line.number, paid: this.#amounts.write(paid), adjustments })
  }

  #lineProblem({ paid, adjusted, charge, place }: OpenLine): DocumentProblem[] {
    const known = adjusted.filter((each) => each !== null)
    if (paid === null || charge === null || known.length < adjusted.length) return []
    if (paid + sum(known) === charge) return []
    const came = this.#amounts.write(paid + sum(known))
    const message = `another payer paid and adjusted ${came} of a charge of ${this.#amounts.write(charge)}`
    return [{ code: 'line-balance', where: place, message }]
  }

  #claimProblem({ report, paid, adjusted, lines }: OpenPayer, where: string): DocumentProblem[] {
    const known = adjusted.filter((each) => each !== null)
    const ofLines = lines.map((line) => line.paid).filter((each) => each !== null)
    const whole = lines.length > 0 && ofLines.length === lines.length && known.length === adjusted.length
    if (paid === null || !whole || sum(ofLines) - sum(known) === paid) return []
    const came = this.#amounts.write(sum(ofLines) - sum(known))
    const message = `the other payer paid ${report.paid} of the claim, its lines come to ${came}`
    return [{ code: 'claim-balance', where, message }]
  }
}
