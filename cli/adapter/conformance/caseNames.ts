/** The cases that every adapter must have, whatever it declares. */
export const CASES_OF_EVERY_ADAPTER = [
  'accepted',
  'refused',
  'answer-unreadable',
  'paid',
  'denied',
  'paid-in-part',
  'repeated-notice',
  'two-claims-one-message',
  'half-file',
]
