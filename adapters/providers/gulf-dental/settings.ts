import { z } from 'zod'

/** Licence and payer numbers go into file names and addresses. */
const licence = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{1,29}$/, 'letters, digits and hyphen, 2 to 30 of them')

/**
 * What the contract and the exchange's registration say. Whether a document is a test follows from
 * the connection's mode.
 */
export const settings = z.strictObject({
  /** The clinic's facility licence: sender, provider and facility of its claims. */
  facilityId: licence,
  /** Who receives on the exchange: the payer itself, or whoever administers it. */
  receiverId: licence,
  payerId: licence,
  /** What the patient pays of every service by contract, in percent; 0 when not said. */
  patientSharePercent: z.int().min(0).max(100).optional(),
})
export type GulfSettings = z.infer<typeof settings>
