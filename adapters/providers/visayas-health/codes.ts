import type { DocumentKind } from '../../../domain/claim.ts'
import type { LineDecision } from '../../../domain/money/lineDecision.ts'

/**
 * Our word left, theirs right. A word that stands in no table stays theirs: it never becomes a
 * state of ours.
 */

export const STATUSES = {
  received: ['RECEIVED'],
  in_review: ['IN-REVIEW'],
  rejected_front_end: ['RETURNED'],
  documents_requested: ['PAPERS-WANTED'],
  denied: ['DENIED'],
} as const

export const OUTCOMES = {
  approved: ['APPROVED'],
  reduced: ['REDUCED'],
  denied: ['DENIED'],
} as const satisfies Partial<Record<LineDecision['outcome'], readonly string[]>>

export const PAPERS = {
  xray: ['XRAY'],
  photo: ['PHOTO'],
  perio_chart: ['PERIO-CHART'],
  treatment_plan: ['TREATMENT-PLAN'],
  referral: ['REFERRAL'],
  receipt: ['OFFICIAL-RECEIPT'],
  narrative: ['DENTIST-CERTIFICATE'],
} as const satisfies Partial<Record<DocumentKind, readonly string[]>>
