import { z } from 'zod'
import { DENTAL_FIELD_NAMES } from '../../../domain/claims/dentistry/fields.ts'
import type { ProviderDeclaration } from '../../declaration.ts'

/** What the two sides agreed; addresses and secrets are the transport's. */
export const settings = z.strictObject({
  /** The clinic's number with Cordillera; stands in file names and rows. */
  accountNumber: z.string().regex(/^[A-Z0-9][A-Z0-9-]{1,19}$/, 'capitals, digits and hyphens, 2 to 20 of them'),
})
export type CordilleraSettings = z.infer<typeof settings>

/** Cordillera pays in pesos only. */
export const CURRENCY = 'PHP'

/** Cordillera Dental: CSV files over SFTP. Sources and doubts are in NOTES.md. */
export const declaration: ProviderDeclaration<CordilleraSettings> = {
  id: 'cordillera-dental',
  name: 'Cordillera Dental',
  transport: 'sftp',
  format: 'csv',
  version: 1,
  settings,
  auth: 'password-or-key',
  // No appeal and no supplement: both go to its service desk on paper.
  purposes: ['new', 'replacement', 'void'],
  delivery: {
    keyWindowHours: 0,
    lookup: false,
    lookupLagSeconds: 0,
    // By account and file number, for as long as it keeps files.
    dedupes: true,
    acks: true,
    unknownPolicy: 'hold',
  },
  requirements: {
    attachments: [],
    authorisations: [{ when: { codes: ['D6010-D6199'] }, kinds: ['loa', 'preauthorisation', 'predetermination'] }],
    fields: [
      { when: { codes: ['D2000-D2999', 'D3000-D3999', 'D6010-D6199', 'D7111-D7251'] }, field: 'tooth' },
      { when: { codes: ['D2140-D2394'] }, field: 'surfaces' },
      { when: { codes: ['D4341'] }, field: 'area' },
      { when: {}, field: 'practitioner_licence' },
    ],
  },
  deadlines: {
    ackDays: 2,
    decisionDays: 15,
    documentsDays: 15,
    paymentDays: 30,
    resubmissionDays: 60,
    filingLimitDays: 60,
    levelDays: 3,
    workingDays: true,
  },
  limits: { linesPerClaim: 30, messageBytes: 5_000_000, attachmentBytes: 5_000_000, fields: { attachments: 0 } },
  toothNotation: 'universal',
  // Its columns are fixed, and none is for these.
  noPlaceFor: DENTAL_FIELD_NAMES,
  batching: { claimsPerInterchange: 200 },
  diagnosisRequired: false,
}
