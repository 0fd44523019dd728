import { toMinor } from './amounts.ts'
import type { FileTransaction } from './readX12.ts'

export interface Name {
  family: string
  given: string
}

/** A claim as Summit reads it out of an 837D. Amounts in minor units. */
export interface X12Claim {
  submissionNumber: string
  /** CLM05-3 */
  frequency: string
  /** REF*F8 */
  originalReference: string | null
  memberId: string
  patient: Name
  /** Null when the patient is the subscriber. */
  subscriber: Name | null
  payee: { name: string; npi: string; taxId: string }
  total: number
  currency: string
  lines: ReceivedLine[]
  /** PWK06 */
  attachments: string[]
  /** BHT03 and 1000A of its transaction, ST02. */
  batch: { reference: string; submitterName: string; submitterId: string; transaction: string }
}

export interface ReceivedLine {
  /** REF*6R */
  controlNumber: string
  code: string
  charge: number
  quantity: string
  /** CCYYMMDD */
  date: string
  /**
   * What a payer before paid (SVD02) and cut by its contract (CAS*CO*45) of the line, minor units.
   */
  taken: number
}

/**
 * All claims of an 837D transaction; null when one of them lacks what a claim must have: then the
 * transaction is rejected (999 R).
 */
export function readClaims(transaction: FileTransaction, component: string): X12Claim[] | null {
  const reading = new ClaimsReading(transaction.control, component)
  for (const segment of transaction.segments) {
    reading.read(segment)
    if (reading.broken) return null
  }
  return reading.claims.length > 0 && reading.claims.every(isComplete) ? reading.claims : null
}

class ClaimsReading {
  readonly claims: X12Claim[] = []
  /** Something in it is no currency or no amount. */
  broken = false
  readonly #component: string
  readonly #batch: X12Claim['batch']
  readonly #payee = { name: '', npi: '', taxId: '' }
  #level = ''
  #currency = 'USD'
  #subscriber: Name = { family: '', given: '' }
  #patient: Name | null = null
  #memberId = ''
  #claimDate = ''
  #claim: X12Claim | null = null
  #line: ReceivedLine | null = null
  /** Inside loop 2320 to 2330B: what stands there is another payer's. */
  #other = false

  constructor(transaction: string, component: string) {
    this.#batch = { reference: '', submitterName: '', submitterId: '', transaction }
    this.#component = component
  }

  read(segment: string[]): void {
    const at = (element: number) => segment[element] ?? ''
    switch (segment[0]) {
      case 'BHT':
        this.#batch.reference = at(3)
        return
      case 'HL':
        this.#level = at(3)
        this.#claim = null
        this.#line = null
        if (this.#level === '22') this.#patient = null
        return
      case 'CUR':
        this.#currency = at(2)
        if (!/^[A-Z]{3}$/.test(this.#currency)) this.broken = true
        return
      case 'NM1':
        this.#readName(segment)
        return
      case 'CLM':
        this.#startClaim(segment)
        return
      case 'SBR':
        this.#other = this.#claim !== null
        return
      case 'SVD':
        if (this.#line) this.#line.taken += this.#amount(at(2))
        return
      case 'CAS':
        if (this.#line && at(1) === 'CO') this.#readCut(segment)
        return
      case 'REF':
        if (this.#level === '20' && at(1) === 'EI') this.#payee.taxId = at(2)
        if (at(1) === 'F8' && this.#claim && !this.#line && !this.#other) this.#claim.originalReference = at(2)
        if (at(1) === '6R' && this.#line) this.#line.controlNumber = at(2)
        return
      case 'PWK':
        if (this.#claim && at(5) === 'AC') this.#claim.attachments.push(at(6))
        return
      case 'DTP':
        if (at(1) !== '472') return
        // RD8 is a range; the first day stands for lines without their own.
        if (this.#line) this.#line.date = at(3).slice(0, 8)
        else this.#claimDate = at(3).slice(0, 8)
        return
      case 'LX':
        this.#other = false
        this.#line = { controlNumber: '', code: '', charge: 0, quantity: '1', date: this.#claimDate, taken: 0 }
        this.#claim?.lines.push(this.#line)
        return
      case 'SV3':
        if (!this.#line) return
        this.#line.code = this.#part(at(1), 2)
        this.#line.charge = this.#amount(at(2))
        this.#line.quantity = at(6) || '1'
        return
    }
  }

  #readCut(segment: string[]): void {
    for (let element = 2; element < segment.length; element += 3) {
      if (this.#line && segment[element] === '45') this.#line.taken += this.#amount(segment[element + 1] ?? '')
    }
  }

  #readName(segment: string[]): void {
    const [, role, , last = '', first = ''] = segment
    const identifier = segment[9] ?? ''
    if (role === '41') Object.assign(this.#batch, { submitterName: last, submitterId: identifier })
    if (role === '85') Object.assign(this.#payee, { name: last, npi: identifier })
    if (role === 'IL' && this.#claim === null) {
      this.#subscriber = { family: last, given: first }
      this.#memberId = identifier
    }
    if (role === 'QC') this.#patient = { family: last, given: first }
  }

  #startClaim(segment: string[]): void {
    this.#line = null
    this.#other = false
    this.#claimDate = ''
    this.#claim = {
      submissionNumber: segment[1] ?? '',
      frequency: this.#part(segment[5] ?? '', 3),
      originalReference: null,
      memberId: this.#memberId,
      patient: this.#patient ?? this.#subscriber,
      subscriber: this.#patient === null ? null : this.#subscriber,
      payee: { ...this.#payee },
      total: this.#amount(segment[2] ?? ''),
      currency: this.#currency,
      lines: [],
      attachments: [],
      batch: this.#batch,
    }
    this.claims.push(this.#claim)
  }

  #part(element: string, index: number): string {
    return element.split(this.#component)[index - 1] ?? ''
  }

  #amount(text: string): number {
    const minor = toMinor(text, this.#currency)
    if (minor === null) this.broken = true
    return minor ?? 0
  }
}

function isComplete(claim: X12Claim): boolean {
  return (
    /^[A-Za-z0-9-]{1,20}$/.test(claim.submissionNumber) &&
    /^[178]$/.test(claim.frequency) &&
    claim.memberId !== '' &&
    /^\d{10}$/.test(claim.payee.npi) &&
    claim.lines.length > 0 &&
    claim.lines.every((line) => line.code !== '' && /^\d{8}$/.test(line.date))
  )
}
