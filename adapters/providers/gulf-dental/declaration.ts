import type { ProviderDeclaration } from '../../declaration.ts'
import { type GulfSettings, settings } from './settings.ts'

/**
 * Gulf Dental: XML documents over a post office with a web service; sources and doubts are in
 * NOTES.md.
 */
export const declaration: ProviderDeclaration<GulfSettings> = {
  id: 'gulf-dental',
  name: 'Gulf Dental',
  transport: 'http',
  format: 'xml',
  version: 2,
  settings,
  auth: 'basic',
  // The exchange knows corrections and complaints. It has no void, and papers that the payer asks
  // for go with a correction.
  purposes: ['new', 'replacement', 'appeal'],
  appeals: 'disputed-lines',
  delivery: {
    keyWindowHours: 0,
    lookup: true,
    lookupLagSeconds: 60,
    // By file name, which has our submission number in it.
    dedupes: true,
    // The payer downloads a file and says nothing; a search tells that it did.
    acks: false,
    unknownPolicy: 'resend',
  },
  requirements: {
    attachments: [{ when: { codes: ['D2700-D2799'] }, kind: 'xray', per: 'tooth' }],
    authorisations: [
      { when: { codes: ['D6000-D6999', 'D8000-D8999'] }, kinds: ['loa', 'preauthorisation'] },
      // 2,000.00
      { when: { chargeFrom: 200_000 }, kinds: ['loa', 'preauthorisation'] },
    ],
    fields: [
      { when: { codes: ['D2000-D2999', 'D3000-D3999', 'D7000-D7999'] }, field: 'tooth' },
      { when: {}, field: 'practitioner_licence' },
    ],
  },
  deadlines: {
    ackDays: 2,
    decisionDays: 10,
    documentsDays: 15,
    paymentDays: 10,
    resubmissionDays: 30,
    filingLimitDays: 60,
    levelDays: 2,
    workingDays: false,
  },
  limits: {
    linesPerClaim: 50,
    messageBytes: 10_000_000,
    attachmentBytes: 7_000_000,
    // Source: the exchange's schema, types `id` and `text`.
    fields: { memberId: 60, authorisationNumber: 60, note: 2000 },
  },
  toothNotation: 'universal',
  // The exchange names the facility and pays it; who signs and who bills stays with the facility.
  noPlaceFor: ['billing_dentist', 'payee', 'assignment', 'patient_signature', 'dentist_signature'],
  batching: { claimsPerInterchange: 1 },
  diagnosisRequired: true,
}
