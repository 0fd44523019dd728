import { z } from 'zod'

/** What the two sides agreed on paper; addresses are the connection's endpoint. */
export const settings = z.strictObject({
  /** The practice's account with Visayas Health. */
  accountNumber: z.string().regex(/^[A-Z0-9-]{3,20}$/, 'capital letters, digits and hyphens, 3 to 20 of them'),
  /** Whom the claims desk calls about a claim. */
  contactName: z.string().min(1).max(80),
  contactPhone: z.string().regex(/^\+?[0-9 ().-]{7,20}$/),
})
export type VisayasSettings = z.infer<typeof settings>
