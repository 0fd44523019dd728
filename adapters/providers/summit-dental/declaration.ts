import { DENTAL_REQUIREMENTS } from '../../../domain/claims/dentistry/prostheses.ts'
import type { ProviderDeclaration } from '../../declaration.ts'
import { type SummitSettings, settings } from './settings.ts'

/** Summit Dental: X12 5010 files over SFTP. Sources and doubts are in NOTES.md. */
export const declaration: ProviderDeclaration<SummitSettings> = {
  id: 'summit-dental',
  name: 'Summit Dental',
  transport: 'sftp',
  format: 'x12',
  version: 2,
  settings,
  auth: 'password-or-key',
  // No supplement: papers that Summit asks for go with a replacement.
  purposes: ['new', 'replacement', 'appeal', 'void'],
  appeals: 'whole-claim',
  delivery: {
    keyWindowHours: 0,
    // A 276 finds a claim by our number, but its 277 comes as a file hours later: an UNKNOWN
    // delivery is resolved by looking into the folder and by the acknowledgements, not by asking.
    lookup: false,
    lookupLagSeconds: 0,
    // By sender and interchange control number.
    dedupes: true,
    acks: true,
    unknownPolicy: 'hold',
  },
  requirements: {
    attachments: [
      { when: { codes: ['D2740-D2799', 'D6010-D6199'] }, kind: 'xray', per: 'tooth' },
      { when: { codes: ['D4341'] }, kind: 'perio_chart', per: 'claim' },
    ],
    authorisations: [{ when: { codes: ['D6010-D6199'] }, kinds: ['loa', 'preauthorisation', 'predetermination'] }],
    fields: [
      { when: { codes: ['D2000-D2999', 'D3000-D3999', 'D6010-D6199', 'D7111-D7251'] }, field: 'tooth' },
      { when: { codes: ['D2140-D2394'] }, field: 'surfaces' },
      { when: { codes: ['D4341'] }, field: 'area' },
      { when: {}, field: 'clinic_npi' },
      { when: {}, field: 'organisation_tax_id' },
      { when: {}, field: 'patient_address' },
      ...DENTAL_REQUIREMENTS,
    ],
  },
  deadlines: {
    ackDays: 2,
    decisionDays: 20,
    documentsDays: 30,
    paymentDays: 10,
    resubmissionDays: 180,
    filingLimitDays: 365,
    levelDays: 5,
    workingDays: false,
  },
  limits: {
    linesPerClaim: 50,
    messageBytes: 10_000_000,
    attachmentBytes: 20_000_000,
    // Source: 005010X224A2, element by element.
    fields: {
      memberId: 80,
      plan: 60,
      group: 50,
      note: 400,
      authorisationNumber: 50,
      familyName: 60,
      givenName: 35,
      diagnoses: 4,
      attachments: 10,
      surfaces: 5,
    },
  },
  toothNotation: 'universal',
  // An 837D says in CLM06 and CLM09 that signatures are on file, always, and not since when; whom
  // it pays is agreed with the payer beforehand.
  noPlaceFor: ['payee', 'patient_signature', 'dentist_signature'],
  batching: { claimsPerInterchange: 100 },
  diagnosisRequired: false,
}
