import { z } from 'zod'
import { DENTAL_REQUIREMENTS } from '../../../domain/claims/dentistry/prostheses.ts'
import type { ProviderDeclaration } from '../../declaration.ts'

export const harborSettings = z.strictObject({
  /** Our clinic group's payer, as Harbor Health names itself in the contract. */
  payerId: z.string().min(1).max(60),
  /** The facility number that the contract gives. */
  facilityId: z.string().min(1).max(60),
})
export type HarborSettings = z.infer<typeof harborSettings>

/**
 * Harbor Health: FHIR R4 over HTTP, one claim a request; sources of each number are in NOTES.md.
 */
export const declaration: ProviderDeclaration<HarborSettings> = {
  id: 'harbor-health',
  name: 'Harbor Health',
  transport: 'http',
  format: 'fhir',
  version: 2,
  settings: harborSettings,
  auth: 'oauth2-client-credentials',
  // No appeal: Harbor reviews again what a replacement brings.
  purposes: ['new', 'replacement', 'void', 'supplement'],
  delivery: {
    keyWindowHours: 24,
    lookup: true,
    lookupLagSeconds: 60,
    dedupes: true,
    acks: true,
    unknownPolicy: 'resend',
  },
  requirements: {
    attachments: [{ when: { codes: ['D2700-D2799'] }, kind: 'xray', per: 'tooth' }],
    authorisations: [
      { when: { codes: ['D6000-D6999'] }, kinds: ['loa', 'preauthorisation'] },
      { when: { codes: ['D8000-D8999'] }, kinds: ['referral'] },
      // 20,000.00
      { when: { chargeFrom: 2_000_000 }, kinds: ['loa', 'preauthorisation'] },
    ],
    fields: [
      { when: { codes: ['D2000-D2999', 'D3000-D3999', 'D7000-D7999'] }, field: 'tooth' },
      ...DENTAL_REQUIREMENTS,
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
  limits: { linesPerClaim: 50, messageBytes: 30 * 1024 * 1024, attachmentBytes: 20 * 1024 * 1024 },
  toothNotation: 'fdi',
  batching: { claimsPerInterchange: 1 },
  diagnosisRequired: false,
}
