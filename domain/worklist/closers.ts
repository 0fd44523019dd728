/** What takes an item off the worklist by itself, in words for docs/worklist.md. */
export const CLOSERS = {
  news: 'news that the provider has the claim',
  'next-stage': 'the next stage of the claim, or a follow-up date',
  escalated: 'the workflow, when it acts again',
  'delivery-answered': 'a person who says whether it arrived',
  'documents-sent': 'documents that reached the provider',
  'claim-submitted': 'the submission of the claim',
  'claim-closed': 'the end of the claim',
  'visit-claimed': 'a claim for the visit',
  'later-warning': 'the next warning',
  'collecting-works': 'the next collection that works',
  'provider-reached': 'the next attempt that gets through',
  'connection-resumed': 'somebody who resumes the connection',
  'remittance-released': 'a corrected remittance, a release, or another reading of the document',
  'same-money-decided': 'a person who says whether it is the same money',
  'read-again': 'another reading of the document, which says what is still so',
  'match-resolved': 'a person who releases, matches or refuses what is held',
  'line-allocated': 'the allocation of the money',
  'original-arrived': 'the arrival of what the line waited for',
  'claim-decided': 'the decision on the claim',
  'lines-settled': 'a person who says what becomes of each line',
  'no-longer-overpaid': 'a ledger that has no more than the charge',
  'claim-goes-on': 'a decision by which the claim goes on after all',
  'balance-even': 'the end of the claim’s money: all that came was taken back',
  'bank-explained': 'the explanation, or another receipt',
} as const

export type Closer = keyof typeof CLOSERS
