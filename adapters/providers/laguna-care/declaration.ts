import { z } from 'zod'
import { DENTAL_REQUIREMENTS } from '../../../domain/claims/dentistry/prostheses.ts'
import type { ProviderDeclaration } from '../../declaration.ts'

export const lagunaSettings = z.strictObject({
  /**
   * The practice's account with Laguna's portal, as the accreditation letter gives it. No password:
   * a person signs in.
   */
  accountNumber: z.string().regex(/^[A-Za-z0-9-]{3,30}$/, 'letters, digits and hyphens'),
})
export type LagunaSettings = z.infer<typeof lagunaSettings>

/**
 * Laguna Care: claims are typed in at its portal from a packet of papers; lists of claims and
 * payments are downloaded there. See NOTES.md.
 */
export const declaration: ProviderDeclaration<LagunaSettings> = {
  id: 'laguna-care',
  name: 'Laguna Care',
  transport: 'manual',
  format: 'pdf',
  version: 2,
  settings: lagunaSettings,
  auth: 'none',
  purposes: ['new', 'replacement', 'appeal', 'void', 'supplement'],
  appeals: 'whole-claim',
  delivery: {
    keyWindowHours: 0,
    lookup: false,
    lookupLagSeconds: 0,
    dedupes: false,
    acks: false,
    unknownPolicy: 'hold',
  },
  requirements: {
    attachments: [{ when: { codes: ['D2700-D2799'] }, kind: 'xray', per: 'tooth' }],
    authorisations: [{ when: { codes: ['D6000-D6999'] }, kinds: ['loa', 'preauthorisation'] }],
    fields: [
      { when: { codes: ['D2000-D2999', 'D3000-D3999', 'D7000-D7999'] }, field: 'tooth' },
      ...DENTAL_REQUIREMENTS,
    ],
  },
  deadlines: {
    // From submit until it is filed, and from then until the portal's list shows it.
    ackDays: 3,
    decisionDays: 20,
    documentsDays: 15,
    paymentDays: 15,
    resubmissionDays: 60,
    filingLimitDays: 60,
    levelDays: 3,
    workingDays: true,
  },
  // Of one file at the portal.
  limits: { linesPerClaim: 50, messageBytes: 10 * 1024 * 1024, attachmentBytes: 10 * 1024 * 1024 },
  toothNotation: 'fdi',
  batching: { claimsPerInterchange: 50 },
  diagnosisRequired: false,
}
