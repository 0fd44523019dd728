import type { Name } from './readClaim.ts'
import type { FileTransaction } from './readX12.ts'

/** One question of a 276. */
export interface Inquiry {
  /** TRN02, echoed. */
  trace: string
  /** REF*EJ or the trace: the sender's own number. */
  submissionNumber: string
  /** REF*1K */
  claimNumber: string | null
  patient: Name
  subscriber: Name
  memberId: string
  isDependent: boolean
  provider: { name: string; npi: string }
  submitter: { name: string; id: string }
}

/** The questions of a 276 transaction. */
export function readInquiries(transaction: FileTransaction): Inquiry[] {
  const provider = { name: '', npi: '' }
  const submitter = { name: '', id: '' }
  const none: Name = { family: '', given: '' }
  let subscriber = none
  let patient: Name | null = null
  let memberId = ''
  const inquiries: Inquiry[] = []
  for (const segment of transaction.segments) {
    const at = (element: number) => segment[element] ?? ''
    const inquiry = inquiries.at(-1)
    switch (segment[0]) {
      case 'HL':
        if (at(3) === '22') patient = null
        break
      case 'NM1':
        if (at(1) === '41') Object.assign(submitter, { name: at(3), id: at(9) })
        if (at(1) === '1P') Object.assign(provider, { name: at(3), npi: at(9) })
        if (at(1) === 'IL') {
          subscriber = { family: at(3), given: at(4) }
          memberId = at(9)
        }
        if (at(1) === 'QC') patient = { family: at(3), given: at(4) }
        break
      case 'TRN':
        inquiries.push({
          trace: at(2),
          submissionNumber: at(2),
          claimNumber: null,
          patient: patient ?? subscriber,
          subscriber,
          memberId,
          isDependent: patient !== null,
          provider: { ...provider },
          submitter: { ...submitter },
        })
        break
      case 'REF':
        if (inquiry && at(1) === 'EJ') inquiry.submissionNumber = at(2)
        if (inquiry && at(1) === '1K') inquiry.claimNumber = at(2)
        break
    }
  }
  return inquiries
}
