/**
 * What a twin does with a claim is chosen by the first letters of the member id (`PF-100200`).
 * Days are business days of the twin's clock after it took the claim.
 */
export const SCENARIOS = {
  /**
   * Accepted, reviewed, every line paid in full (less a contractual cut where the twin's format has
   * one).
   */
  PF: { name: 'paid in full', ackDays: 0.2, reviewDays: 1, decideDays: 2, payDays: 3 },
  /** One line paid, the last line denied, the patient owes a copay. */
  PP: { name: 'partial', ackDays: 0.2, reviewDays: 1, decideDays: 2, payDays: 3 },
  /**
   * The first claim of the member is rejected before adjudication; a later new original is paid in
   * full.
   */
  FR: { name: 'rejected at the front end', ackDays: 0.2, reviewDays: 1, decideDays: 2, payDays: 3 },
  /** Denied after review; a replacement that carries the HMO's reference is paid in full. */
  DR: { name: 'denied after review', ackDays: 0.2, reviewDays: 1, decideDays: 2, payDays: 3 },
  /** Takes the claim and never says anything again. */
  SI: {
    name: 'silent',
    ackDays: Number.POSITIVE_INFINITY,
    reviewDays: Number.POSITIVE_INFINITY,
    decideDays: Number.POSITIVE_INFINITY,
    payDays: Number.POSITIVE_INFINITY,
  },
  /** Everything comes, but only after our deadlines have passed. */
  SL: { name: 'slow', ackDays: 14, reviewDays: 16, decideDays: 18, payDays: 20 },
  /** Paid in two parts: half, then the rest. */
  TP: { name: 'two part payments', ackDays: 0.2, reviewDays: 1, decideDays: 2, payDays: 3 },
  /**
   * One acknowledgement, one decision, one payment and no word in between: the happy claim that
   * `bench` counts.
   */
  HP: { name: 'happy', ackDays: 0.2, reviewDays: Number.POSITIVE_INFINITY, decideDays: 2, payDays: 3 },
  /** Pays more than the claim was for. */
  OP: { name: 'overpaid', ackDays: 0.2, reviewDays: 1, decideDays: 2, payDays: 3 },
  /**
   * Asks for papers after its review and decides a day after they came; a twin that takes none pays
   * in full.
   */
  DQ: { name: 'documents requested', ackDays: 0.2, reviewDays: 1, decideDays: 2, payDays: 3 },
} as const

export type ScenarioCode = keyof typeof SCENARIOS

/** The scenario of a member id; `PF` for ids that name none. */
export function scenarioOf(memberId: string): ScenarioCode {
  const code = memberId.slice(0, 2).toUpperCase()
  return Object.hasOwn(SCENARIOS, code) ? (code as ScenarioCode) : 'PF'
}
