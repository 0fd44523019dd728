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
  'visit-synced': 'a sync of the visit in which the cause is gone',
  'later-warning': 'the next warning',
  'collecting-works': 'the next collection that works',
  'provider-reached': 'the next attempt that gets through',
  'connection-resumed': 'somebody who resumes the connection',
  'remittance-released': 'a corrected remittance, or another reading of the document',
  'read-again': 'another reading of the document, which says what is still so',
  'overpayment-gone': 'a refund, an offset, a credit or a transfer, once nothing is overpaid any more',
  'decision-undone': 'the undoing of the decision that raised it',
  'line-allocated': 'the allocation of the money',
  'bank-explained': 'the explanation, or another receipt',
} as const

export type Closer = keyof typeof CLOSERS
