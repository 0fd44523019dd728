import { z } from 'zod'
import { words } from '../../schemas.ts'

/** Where a person has something from: part of every act that repeats what the provider said. */
export const heard = {
  channel: z.enum(['phone', 'portal', 'email', 'letter', 'visit', 'other']),
  saidBy: words(200).meta({ description: "who said it: the provider's person or page" }),
  callNumber: words(100).optional(),
}
