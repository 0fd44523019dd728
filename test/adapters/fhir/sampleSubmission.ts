import type { Submission } from '../../../domain/claim.ts'

export const NUMBER = 'K7Q2M4X8Z1B3C5D9'

/** A dependent's crown and filling, with an X-ray and an LOA: every part of a Claim is used. */
export function sampleSubmission(over: Partial<Submission> = {}): Submission {
  const address = { line1: '1 Molar Road', city: 'Manila', postalCode: '1000', country: 'PH' }
  return {
    submissionId: '0190a000-0000-7000-8000-000000000001',
    submissionNumber: NUMBER,
    purpose: 'new',
    claimId: '0190a000-0000-7000-8000-000000000002',
    claimNumber: 'C-2026-000123',
    currency: 'PHP',
    total: 1_360_050,
    organisation: { name: 'Bright Smile Dental Group', taxId: '123456789' },
    clinic: { name: 'Bright Smile Makati', npi: '1234567893', phone: '+63 2 555 0100', address },
    practitioner: { family: 'Reyes', given: 'Ana', licence: 'PRC-1', accreditation: 'HH-77' },
    patient: {
      family: 'O\u2019Brien & S\u00f6hne',
      given: 'Zo\u00eb <b>',
      birthDate: '2014-02-28',
      sex: 'female',
      address,
    },
    enrolment: {
      memberId: 'PF-100200',
      plan: 'GOLD',
      group: 'ACME',
      relationship: 'child',
      subscriber: { family: 'O\u2019Brien', given: 'Pat', birthDate: '1980-01-01', sex: 'male' },
      priority: 'primary',
    },
    authorisations: [
      { kind: 'loa', number: 'LOA-9' },
      { kind: 'referral', number: 'REF-1' },
    ],
    diagnoses: [{ system: 'icd-10', code: 'K02.1' }],
    lines: [
      {
        lineNumber: 1,
        controlNumber: `${NUMBER}-1`,
        code: 'D2740',
        serviceDate: '2026-11-02',
        tooth: '14',
        quantity: 1,
        charge: 1_200_000,
      },
      {
        lineNumber: 2,
        controlNumber: `${NUMBER}-2`,
        code: 'D2392',
        serviceDate: '2026-11-03',
        tooth: 'A',
        surfaces: 'MOF',
        quantity: 1,
        charge: 160_050,
      },
    ],
    attachments: [
      {
        attachmentId: 'att-1',
        kind: 'xray',
        mediaType: 'image/png',
        fileName: 'x.png',
        sha256: '00',
        size: 4,
        tooth: '14',
        capturedOn: '2026-11-01',
      },
    ],
    note: 'Crown after root canal',
    ...over,
  }
}
