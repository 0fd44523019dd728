/**
 * Adjustments in words, for people. The words are ours; a code without words is printed as it is.
 */

/** What has happened to the amount, by reason and else by group. */
export function adjustmentWords(group: string, reason: string): string {
  return wordsIn(REASONS, reason) || wordsIn(GROUPS, group)
}

export function providerAdjustmentWords(reason: string): string {
  return wordsIn(PROVIDER_REASONS, reason)
}

function wordsIn(table: Readonly<Record<string, string>>, code: string): string {
  return Object.hasOwn(table, code) ? (table[code] ?? '') : ''
}

const GROUPS: Readonly<Record<string, string>> = {
  CO: 'the provider bears it by contract',
  PR: 'the patient owes it',
  OA: 'another adjustment',
  PI: 'cut by the payer',
  CR: 'correction',
}

/** The reasons that dental remittances give most. */
const REASONS: Readonly<Record<string, string>> = {
  '1': 'deductible',
  '2': 'coinsurance',
  '3': 'copay',
  '16': 'information is missing',
  '18': 'duplicate',
  '22': 'another payer may come first',
  '23': 'what an earlier payer did',
  '24': 'capitation agreement',
  '26': 'before coverage',
  '27': 'after coverage',
  '29': 'filed too late',
  '31': 'patient not identified',
  '45': 'above the fee schedule',
  '50': 'not necessary',
  '96': 'not covered',
  '97': 'part of another service',
  '101': 'predetermined payment',
  '119': 'benefit maximum reached',
  '129': 'prior processing was wrong',
  '131': 'negotiated discount',
  '149': 'lifetime maximum reached',
  '169': 'alternate benefit',
  '179': 'waiting period',
  '197': 'no authorisation',
  '198': 'authorisation exceeded',
  '204': 'not covered under the plan',
  '252': 'an attachment is needed',
  '253': 'sequestration',
  '272': 'plan guidelines not met',
}

const PROVIDER_REASONS: Readonly<Record<string, string>> = {
  '50': 'late charge',
  '51': 'interest penalty',
  '72': 'returned as agreed',
  '90': 'early payment discount',
  CS: 'adjustment',
  E3: 'withholding',
  FB: 'balance carried forward',
  IR: 'tax withheld',
  J1: 'not reimbursable',
  L6: 'interest',
  LE: 'levy',
  WO: 'overpayment recovered',
}
