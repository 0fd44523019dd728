import type { Minor } from '../../../domain/amounts.ts'

/**
 * A cell as we write it. Amounts and counts are numbers for whoever adds them up, days are days;
 * every text is made safe by the writer.
 */
export type SheetCell =
  | string
  | { amount: Minor; currency: string }
  | { count: number }
  /** YYYY-MM-DD */
  | { day: string }
  | null
