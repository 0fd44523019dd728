import { z } from 'zod'
import { dayIn, someTimeOn } from '../../../../domain/zones.ts'
import { Problem } from '../../../http/problems.ts'
import { words } from '../../../http/schemas.ts'
import type { ActionTarget } from './manualActions.ts'

/** What a person says who knows better than a check. */
export const forced = {
  force: z.boolean().default(false).meta({ description: 'with `reason`: although a check says no' }),
  reason: words(500).optional(),
}

export function isForced({ force, reason }: { force: boolean; reason?: string | undefined }): boolean {
  return force && reason !== undefined
}

/** A day that a person keyed, with the claim's earliest that can be right. */
export interface KeyedDay {
  day: string
  /** Of the request's member. */
  pointer: string
  /** The earliest day that can be right, and what happened then; null: any. */
  earliest: { day: string; what: string } | null
  forced: boolean
}

/**
 * A day on which the provider said or paid something, as an instant (ISO 8601 UTC): today is now,
 * an earlier day its noon, in the zone of the claim's clinic. Throws `invalid-request` for a day to
 * come, and `wrong-date` for one before the earliest that can be right, unless it is forced:
 * clocks start on that day, and a typing error would start them in the past.
 */
export function instantOfDay({ zone }: Pick<ActionTarget, 'zone'>, keyed: KeyedDay, now: Date): string {
  const today = dayIn(zone, now.toISOString())
  const { day, earliest, pointer } = keyed
  if (day > today) throw notInTime(pointer, `must not be in the future: today is ${today} at the clinic`)
  refuseTooEarly(keyed)
  return day === today && earliest !== null ? now.toISOString() : someTimeOn(day, zone, now.toISOString())
}

/** Throws `wrong-date` for a day before the earliest that can be right, unless it is forced. */
export function refuseTooEarly({ day, earliest, pointer, forced: may }: KeyedDay): void {
  if (earliest === null || day >= earliest.day || may) return
  const detail = `${day} is before ${earliest.what} on ${earliest.day}: say force with a reason if that is the day`
  throw new Problem('wrong-date', detail, { errors: [{ pointer, detail }], rule: 'not-before', earliest: earliest.day })
}

/**
 * Before this day the provider cannot have said anything of the claim: it was submitted on it, or
 * decided, when news takes the place of a decision.
 */
export function earliestNews({ zone, submittedAt, decidedAt, serviceFrom }: ActionTarget): KeyedDay['earliest'] {
  if (decidedAt !== null) return { day: dayIn(zone, decidedAt), what: 'the decision in force' }
  if (submittedAt !== null) return { day: dayIn(zone, submittedAt), what: 'the claim was submitted' }
  return { day: serviceFrom, what: 'the first service' }
}

export function notInTime(pointer: string, detail: string): Problem {
  return new Problem('invalid-request', 'something in the request is missing or wrong: see errors', {
    errors: [{ pointer, detail }],
  })
}
