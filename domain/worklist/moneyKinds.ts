import type { ItemKinds } from './itemKind.ts'

export type MoneyKind =
  | 'remittance-quarantined'
  | 'remittance-other-body'
  | 'remittance-keyed-before'
  | 'remittance-reads-otherwise'
  | 'remittance-same-trace'
  | 'suspense'
  | 'bank-difference'
  | 'money-on-ended-claim'
  | 'overpaid'
  | 'reversal-differs'
  | 'patient-balance'
  | 'other-payer-first'
  | 'duplicate-denial'
  | 'visit-cancelled'
  | 'patient-refund'

/** The kinds of items about remittances, the bank and what was paid. */
export const MONEY_KINDS: Pick<ItemKinds, MoneyKind> = {
  'remittance-quarantined': {
    role: 'billing',
    cause: ({ remittanceId }) => [remittanceId],
    closedBy: ['remittance-released'],
  },
  'remittance-other-body': {
    role: 'billing',
    cause: ({ remittanceId }) => [remittanceId],
    closedBy: ['same-money-decided', 'remittance-released'],
  },
  'remittance-keyed-before': {
    role: 'billing',
    cause: ({ remittanceId }) => [remittanceId],
    closedBy: ['same-money-decided', 'remittance-released'],
  },
  'remittance-reads-otherwise': {
    role: 'billing',
    cause: ({ remittanceId }) => [remittanceId],
    closedBy: [],
  },
  'remittance-same-trace': {
    role: 'billing',
    cause: ({ connectionId, traceNumber }) => [connectionId, traceNumber],
    closedBy: [],
  },
  suspense: {
    role: 'billing',
    cause: ({ remittanceId, sequence }) => [remittanceId, sequence],
    closedBy: ['line-allocated', 'original-arrived'],
  },
  'reversal-differs': {
    role: 'billing',
    cause: ({ claimId, remittanceId }) => [claimId, remittanceId],
    closedBy: [],
  },
  'patient-balance': {
    role: 'billing',
    cause: ({ claimId, remittanceId }) => [claimId, remittanceId],
    closedBy: [],
  },
  'other-payer-first': {
    role: 'billing',
    cause: ({ claimId }) => [claimId],
    closedBy: ['lines-settled', 'claim-closed'],
  },
  'duplicate-denial': {
    role: 'billing',
    cause: ({ claimId }) => [claimId],
    closedBy: ['claim-decided', 'claim-closed'],
  },
  'bank-difference': {
    role: 'billing',
    cause: ({ remittanceId }) => [remittanceId],
    closedBy: ['bank-explained'],
  },
  'money-on-ended-claim': {
    role: 'billing',
    cause: ({ claimId }) => [claimId],
    closedBy: ['overpayment-gone', 'balance-even', 'claim-goes-on'],
  },
  overpaid: {
    role: 'billing',
    cause: ({ claimId }) => [claimId],
    closedBy: ['overpayment-gone', 'claim-closed'],
  },
  'visit-cancelled': {
    role: 'billing',
    cause: ({ visitId }) => [visitId],
    closedBy: ['visit-synced'],
  },
  'patient-refund': {
    role: 'billing',
    cause: ({ visitId }) => [visitId],
    closedBy: ['visit-synced'],
  },
}
