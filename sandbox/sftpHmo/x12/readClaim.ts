import { toMinor } from './amounts.ts'
import type { Transaction } from './readX12.ts'

export interface Name {
  family: string
  given: string
}

/** A claim as Summit reads it out of an 837D. Amounts in minor units. */
export interface ReceivedClaim {
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
}

/** All claims of an 837D transaction; null when one of them lacks what a claim must have: then the transaction is rejected (999 R). */
export function readClaims(transaction: Transaction, component: string): ReceivedClaim[] | null {
  const batch = { reference: '', submitterName: '', submitterId: '', transaction: transaction.control }
  const payee = { name: '', npi: '', taxId: '' }
  const none: Name = { family: '', given: '' }
  let level = ''
  let currency = 'USD'
  let subscriber = none
  let patient: Name | null = null
  let memberId = ''
  let claimDate = ''
  const claims: ReceivedClaim[] = []
  let claim: ReceivedClaim | null = null
  let line: ReceivedLine | null = null
  let broken = false

  for (const segment of transaction.segments) {
    const at = (element: number) => segment[element] ?? ''
    const part = (element: number, index: number) => at(element).split(component)[index - 1] ?? ''
    const amount = (element: number): number => {
      const minor = toMinor(at(element), currency)
      if (minor === null) broken = true
      return minor ?? 0
    }
    switch (segment[0]) {
      case 'BHT':
        batch.reference = at(3)
        break
      case 'HL':
        level = at(3)
        claim = null
        line = null
        if (level === '22') patient = null
        break
      case 'CUR':
        currency = at(2)
        if (!/^[A-Z]{3}$/.test(currency)) return null
        break
      case 'NM1':
        if (at(1) === '41') Object.assign(batch, { submitterName: at(3), submitterId: at(9) })
        if (at(1) === '85') Object.assign(payee, { name: at(3), npi: at(9) })
        if (at(1) === 'IL' && claim === null) {
          subscriber = { family: at(3), given: at(4) }
          memberId = at(9)
        }
        if (at(1) === 'QC') patient = { family: at(3), given: at(4) }
        break
      case 'CLM':
        line = null
        claimDate = ''
        claim = {
          submissionNumber: at(1),
          frequency: part(5, 3),
          originalReference: null,
          memberId,
          patient: patient ?? subscriber,
          subscriber: patient === null ? null : subscriber,
          payee: { ...payee },
          total: amount(2),
          currency,
          lines: [],
          attachments: [],
          batch,
        }
        claims.push(claim)
        break
      case 'REF':
        if (level === '20' && at(1) === 'EI') payee.taxId = at(2)
        if (at(1) === 'F8' && claim && !line) claim.originalReference = at(2)
        if (at(1) === '6R' && line) line.controlNumber = at(2)
        break
      case 'PWK':
        if (claim && at(5) === 'AC') claim.attachments.push(at(6))
        break
      case 'DTP':
        if (at(1) !== '472') break
        // RD8 is a range; the first day stands for lines without their own.
        if (line) line.date = at(3).slice(0, 8)
        else claimDate = at(3).slice(0, 8)
        break
      case 'LX':
        line = { controlNumber: '', code: '', charge: 0, quantity: '1', date: claimDate }
        claim?.lines.push(line)
        break
      case 'SV3':
        if (line) Object.assign(line, { code: part(1, 2), charge: amount(2), quantity: at(6) || '1' })
        break
    }
  }
  return !broken && claims.length > 0 && claims.every(isComplete) ? claims : null
}

function isComplete(claim: ReceivedClaim): boolean {
  return (
    /^[A-Za-z0-9-]{1,20}$/.test(claim.submissionNumber) &&
    /^[178]$/.test(claim.frequency) &&
    claim.memberId !== '' &&
    /^\d{10}$/.test(claim.payee.npi) &&
    claim.lines.length > 0 &&
    claim.lines.every((line) => line.code !== '' && /^\d{8}$/.test(line.date))
  )
}
