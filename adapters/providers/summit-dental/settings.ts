import { z } from 'zod'
import type { BatchContext } from '../../contract.ts'
import type { Parties } from '../../formats/x12/parties.ts'

/** Trading partner ids go into ISA (15 characters) and into file names. */
const partnerId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9.-]{1,14}$/, 'letters, digits, dot and hyphen, 2 to 15 of them')

/**
 * What the two sides agreed on paper. Whether a file is a test (ISA15) follows from the
 * connection's mode.
 */
export const settings = z.object({
  /** Our trading partner id with Summit. */
  senderId: partnerId,
  /** Summit's, or its clearinghouse's. */
  receiverId: partnerId,
  /** Summit's payer id in 2010BB. */
  payerId: z.string().regex(/^[A-Za-z0-9-]{2,80}$/),
  submitterName: z.string().min(1).max(60),
  /** Whom Summit calls about a file. */
  contactPhone: z.string().regex(/^\+?[0-9 ().-]{7,20}$/),
  /** Taxonomy code of the dentists; 122300000X (dentist) unless agreed otherwise. */
  taxonomy: z
    .string()
    .regex(/^[0-9A-Z]{10}$/)
    .optional(),
})

export type SummitSettings = z.infer<typeof settings>

export function partiesOf(agreed: SummitSettings): Parties {
  return {
    senderId: agreed.senderId,
    receiverId: agreed.receiverId,
    receiverName: 'SUMMIT DENTAL',
    payerId: agreed.payerId,
    payerName: 'SUMMIT DENTAL',
    submitterName: agreed.submitterName,
    contactPhone: agreed.contactPhone,
    taxonomy: agreed.taxonomy ?? '122300000X',
  }
}

/** What is the same in all of our interchanges, whatever they hold. */
export function envelopeOf({ settings: agreed, controlNumber, mode, now, zone }: BatchContext<SummitSettings>) {
  return { ...partiesOf(agreed), controlNumber, mode, now, zone }
}
