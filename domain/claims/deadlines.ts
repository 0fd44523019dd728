import { dayIn } from '../zones.ts'
import { awaitsOtherPayer, type ClaimState } from './claimState.ts'
import { type DeadlineKind, LEVELS, type Level } from './escalation.ts'

/**
 * How long each stage may take, in days from the stage's start; from the connection, or the
 * declaration's defaults.
 */
export interface DeadlineRules {
  ackDays: number
  decisionDays: number
  documentsDays: number
  paymentDays: number
  resubmissionDays: number
  /** Between two levels of an escalation. */
  levelDays: number
  /** Count Monday to Friday only, without `holidays`. */
  workingDays: boolean
  /** YYYY-MM-DD */
  holidays: readonly string[]
  /** IANA zone of the clinic, in which its working days are; UTC unless said otherwise. */
  zone?: string
}

/** The connection's own deadlines over the defaults of the provider's declaration. */
export function connectionRules(
  defaults: Omit<DeadlineRules, 'holidays'>,
  connection: Partial<DeadlineRules>,
): DeadlineRules {
  return { ...defaults, holidays: [], ...connection }
}

/** What a claim waits for, since when, until when. Instants are ISO 8601 UTC. */
export interface Deadline {
  kind: DeadlineKind
  startsAt: string
  dueAt: string
  /** Levels reached so far; `LEVELS[level]` is the next. */
  level: number
}

/** Whether a claim waits for the same, as long as before. */
export function sameDeadline(a: Deadline | null, b: Deadline | null): boolean {
  return a?.kind === b?.kind && a?.startsAt === b?.startsAt && a?.dueAt === b?.dueAt && a?.level === b?.level
}

/**
 * The stage that an open claim is in, with its named start; null when nobody owes us anything by a
 * date.
 */
export function stageOf(state: ClaimState): { kind: DeadlineKind; startsAt: string } | null {
  if (state.closed !== null || state.submittedAt === null) return null
  const decidedAt = state.decidedAt ?? state.submittedAt
  switch (state.status) {
    case 'DRAFT':
    case 'CANCELLED':
      return null
    case 'SUBMITTED':
      return { kind: 'ack', startsAt: state.sentAt ?? cutOff(state) ?? state.submittedAt }
    case 'RECEIVED':
    case 'IN_REVIEW':
      // A missing paper stops the provider's clock and starts ours (formats.md 8).
      return state.documentsRequestedAt === null
        ? { kind: 'decision', startsAt: state.documentsSentAt ?? state.receivedAt ?? state.sentAt ?? state.submittedAt }
        : { kind: 'documents', startsAt: state.documentsRequestedAt }
    case 'APPROVED':
    case 'PARTIAL':
      if (state.openAmount > 0) return { kind: 'payment', startsAt: decidedAt }
      return state.deniedAmount > 0 || awaitsOtherPayer(state) ? { kind: 'resubmission', startsAt: decidedAt } : null
    case 'REJECTED':
      return { kind: 'resubmission', startsAt: decidedAt }
  }
}

/** Nobody acknowledges what waits to leave: its time runs from the cut-off. */
function cutOff({ delivery, waits }: ClaimState): string | null {
  return delivery === 'WAITING' && waits?.for === 'cut_off' ? (waits.until ?? null) : null
}

/**
 * The deadline after an event: the same stage keeps its level, a new stage starts at level 0. On a
 * follow-up date that a person gave, and not before, the claim comes back to the staff; then the
 * escalation goes on.
 */
export function deadlineOf(state: ClaimState, before: Deadline | null, rules: DeadlineRules): Deadline | null {
  const stage = stageOf(state)
  if (stage === null) return null
  const level = before !== null && before.kind === stage.kind && before.startsAt === stage.startsAt ? before.level : 0
  const { followUpAt } = state
  if (followUpAt === null && level >= LEVELS.length)
    return { ...stage, dueAt: before?.dueAt ?? stage.startsAt, level: level }
  const regular = addDays(stage.startsAt, daysOf(stage.kind, rules) + level * rules.levelDays, rules)
  if (followUpAt === null) return { ...stage, dueAt: regular, level: level }
  // Before the next level is due, or after the last one: the billing staff asked to see the claim
  // on that day.
  const early = followUpAt < regular || level >= LEVELS.length
  return { ...stage, dueAt: followUpAt, level: early ? LEVELS.indexOf('billing') : level }
}

/**
 * Whom an overdue stage has been escalated to: the highest level that was told. Null while only the
 * provider was asked, or nobody yet, and while a person's follow-up date stands, before which
 * nobody is asked again.
 */
export function overdueLevel(
  { followUpAt }: Pick<ClaimState, 'followUpAt'>,
  deadline: Deadline | null,
): Exclude<Level, 'ask'> | null {
  if (deadline === null || followUpAt !== null) return null
  const level = LEVELS[Math.min(deadline.level, LEVELS.length) - 1]
  return level === undefined || level === 'ask' ? null : level
}

/**
 * Adds calendar or working days to an instant; the time of day stays. A start on a free day counts
 * from the next working day.
 */
export function addDays(
  instant: string,
  days: number,
  rules: Pick<DeadlineRules, 'workingDays' | 'holidays' | 'zone'>,
): string {
  const day = 86_400_000
  const at = new Date(instant)
  if (!rules.workingDays) return new Date(at.getTime() + days * day).toISOString()
  const holidays = new Set(rules.holidays)
  const free = (date: Date) => {
    const onDay = dayIn(rules.zone ?? 'UTC', date.toISOString())
    return new Date(`${onDay}T00:00:00Z`).getUTCDay() % 6 === 0 || holidays.has(onDay)
  }
  let date = at
  for (let left = Math.ceil(days); left > 0; ) {
    date = new Date(date.getTime() + day)
    if (!free(date)) left -= 1
  }
  return date.toISOString()
}

function daysOf(kind: DeadlineKind, rules: DeadlineRules): number {
  switch (kind) {
    case 'ack':
      return rules.ackDays
    case 'decision':
      return rules.decisionDays
    case 'documents':
      return rules.documentsDays
    case 'payment':
      return rules.paymentDays
    case 'resubmission':
      return rules.resubmissionDays
  }
}
