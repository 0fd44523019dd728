import { at, type X12Problem, type X12Segment } from './interchange.ts'

/**
 * What is wrong with a BPR that says that no money moves and yet names an amount; null where
 * nothing is. Such an amount is a notification or a contradiction and never cash, so a person
 * looks. `amount` is BPR02 as read.
 *
 * Source: 835 guide, BPR01 `H` "information only without any reference to payment", `P` a
 * prenotification that only checks account numbers, BPR04 `NON` "no dollars are to be moved"; X12
 * RFI 352, 1581 and 2228.
 */
export function amountWithoutMoney(segment: X12Segment, amount: number | null): X12Problem | null {
  if (amount === 0) return null
  const handling = at(segment, 1).toUpperCase()
  const means = at(segment, 4).toUpperCase()
  const [where, says] =
    handling === 'H'
      ? ['BPR01', 'a notification only (H)']
      : handling === 'P'
        ? ['BPR01', 'a prenotification of a future transfer (P)']
        : means === 'NON'
          ? ['BPR04', 'no payment (NON)']
          : [null, '']
  return where === null
    ? null
    : {
        code: 'notification-with-amount',
        where,
        message: `it says ${says}, and BPR02 has an amount: no money moves by it`,
      }
}
