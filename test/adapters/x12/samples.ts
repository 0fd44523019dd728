import type { BatchContext } from '../../../adapters/contract.ts'
import type { SummitSettings } from '../../../adapters/providers/summit-dental/settings.ts'
import type { Person, Submission } from '../../../domain/claim.ts'

/** Invented people and numbers. */
export const SETTINGS: SummitSettings = {
  senderId: 'BRIGHTSMILE',
  receiverId: 'SUMMITDENTAL',
  payerId: 'SUM01',
  submitterName: 'Bright Smile Dental Group',
  contactPhone: '+1 (303) 555-0100',
}

export const ATTACHMENT = new TextEncoder().encode('not really an X-ray')

export function context(change: Partial<BatchContext<SummitSettings>> = {}): BatchContext<SummitSettings> {
  return {
    settings: SETTINGS,
    mode: 'production',
    currency: 'USD',
    now: '2026-03-10T20:05:00.000Z',
    zone: 'America/Denver',
    attachment: () => ATTACHMENT,
    interchangeId: '0195c0de-0000-7000-8000-000000000001',
    controlNumber: 117,
    ...change,
  }
}

export const JANE: Person = {
  family: 'Doe',
  given: 'Jane',
  birthDate: '1988-04-23',
  sex: 'female',
  address: { line1: '12 Larch Road', city: 'Denver', state: 'CO', postalCode: '80202', country: 'US' },
}

/** A crown with its X-ray and a cleaning, by the subscriber's own plan. */
export function submission(change: Partial<Submission> = {}): Submission {
  return {
    submissionId: '0195c0de-0000-7000-8000-0000000000aa',
    submissionNumber: '7K2M9QX4TB6VH0RC',
    purpose: 'new',
    claimId: '0195c0de-0000-7000-8000-0000000000bb',
    claimNumber: 'C-1001',
    currency: 'USD',
    total: 113_600,
    organisation: { name: 'Bright Smile Dental Group', taxId: '12-3456789', npi: '1234567893' },
    clinic: {
      name: 'Bright Smile Uptown',
      npi: '1999999984',
      phone: '+1 303 555 0101',
      address: {
        line1: '400 Main Street',
        line2: 'Suite 5',
        city: 'Denver',
        state: 'CO',
        postalCode: '80203-1234',
        country: 'US',
      },
    },
    practitioner: { family: 'Reyes', given: 'Alma', npi: '1888888884', licence: 'DEN-4411' },
    patient: JANE,
    enrolment: { memberId: 'PF-100200', group: 'GRP-77', relationship: 'self', subscriber: JANE, priority: 'primary' },
    authorisations: [],
    diagnoses: [],
    lines: [
      {
        lineNumber: 1,
        controlNumber: 'L1',
        code: 'D2740',
        serviceDate: '2026-03-02',
        tooth: '14',
        quantity: 1,
        charge: 100_000,
      },
      { lineNumber: 2, controlNumber: 'L2', code: 'D1110', serviceDate: '2026-03-02', quantity: 1, charge: 13_600 },
    ],
    attachments: [
      {
        attachmentId: '0195c0de-0000-7000-8000-0000000000cc',
        kind: 'xray',
        mediaType: 'image/png',
        fileName: 'tooth14.png',
        sha256: 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c',
        size: ATTACHMENT.length,
        tooth: '14',
        capturedOn: '2026-03-01',
      },
    ],
    ...change,
  }
}

/** The same claim for the subscriber's child. */
export function dependentSubmission(change: Partial<Submission> = {}): Submission {
  const child: Person = { family: 'Doe', given: 'Robin', birthDate: '2015-09-01', sex: 'unknown' }
  return submission({
    patient: child,
    enrolment: { memberId: 'PF-100200', group: 'GRP-77', relationship: 'child', subscriber: JANE, priority: 'primary' },
    ...change,
  })
}

export function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}
