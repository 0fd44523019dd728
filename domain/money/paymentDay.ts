/**
 * A payer dates a payment some days ahead (X12 835 BPR16 is the day on which the money is there),
 * and a statement of old payments may reach far back. Beyond that the date is a mistake: held for a
 * person, because deadlines and the statement would follow it.
 */
const MOST_AHEAD_DAYS = 90
const MOST_BACK_DAYS = 25 * 366

/** Whether a payment can be of that day (YYYY-MM-DD), as seen `now`. */
export function isPaymentDay(day: string, now: Date): boolean {
  const dayIn = (days: number) => new Date(now.getTime() + days * 86_400_000).toISOString().slice(0, 10)
  return day >= dayIn(-MOST_BACK_DAYS) && day <= dayIn(MOST_AHEAD_DAYS)
}
