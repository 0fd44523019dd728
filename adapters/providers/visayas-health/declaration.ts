import { DENTAL_REQUIREMENTS } from '../../../domain/claims/dentistry/prostheses.ts'
import type { ProviderDeclaration } from '../../declaration.ts'
import { settings, type VisayasSettings } from './settings.ts'

/**
 * Visayas Health: claims by mail, a form and a list for each; sources and agreements are in
 * NOTES.md.
 */
export const declaration: ProviderDeclaration<VisayasSettings> = {
  id: 'visayas-health',
  name: 'Visayas Health',
  transport: 'email',
  format: 'pdf',
  version: 2,
  settings,
  auth: 'password',
  purposes: ['new', 'replacement', 'appeal', 'void', 'supplement'],
  appeals: 'whole-claim',
  delivery: {
    keyWindowHours: 0,
    // Nobody can look into the desk's mailbox; an acknowledgement or a bounce resolves an UNKNOWN
    // delivery.
    lookup: false,
    lookupLagSeconds: 0,
    // The desk drops a second copy when somebody notices: nothing to rely on.
    dedupes: false,
    acks: true,
    unknownPolicy: 'hold',
  },
  requirements: {
    attachments: [{ when: { codes: ['D2740-D2799', 'D6010-D6199'] }, kind: 'xray', per: 'tooth' }],
    authorisations: [{ when: { codes: ['D6010-D6199'] }, kinds: ['loa', 'preauthorisation'] }],
    fields: [
      { when: { codes: ['D2000-D2999', 'D3000-D3999', 'D6010-D6199', 'D7111-D7251'] }, field: 'tooth' },
      { when: {}, field: 'practitioner_licence' },
      ...DENTAL_REQUIREMENTS,
    ],
  },
  deadlines: {
    ackDays: 3,
    decisionDays: 20,
    documentsDays: 15,
    paymentDays: 15,
    resubmissionDays: 60,
    filingLimitDays: 60,
    levelDays: 2,
    workingDays: false,
  },
  // A mail of 10 MB; a picture in it is a third larger than by itself.
  limits: { linesPerClaim: 50, messageBytes: 10_000_000, attachmentBytes: 7_000_000 },
  toothNotation: 'fdi',
  batching: { claimsPerInterchange: 50 },
  diagnosisRequired: false,
}
