import type { MemberPart } from '../claims/claimEvents.ts'
import type { MemberCorrection } from './marks.ts'

/** A member as the practice app has them. */
export interface KnownMember {
  family: string
  given: string
  /** YYYY-MM-DD */
  birthDate: string
  memberId: string
}

/** What a correction says otherwise than we have it; case, blanks and accents do not count. */
export function changedParts(correction: MemberCorrection, known: KnownMember): MemberPart[] {
  const { family, given, birthDate, memberId } = correction
  const isOther = (said: string | undefined, ours: string) => said !== undefined && plain(said) !== plain(ours)
  return [
    ...(isOther(family, known.family) || isOther(given, known.given) ? (['name'] as const) : []),
    ...(birthDate !== undefined && birthDate !== known.birthDate ? (['birth-date'] as const) : []),
    ...(isOther(memberId, known.memberId) ? (['member-id'] as const) : []),
  ]
}

function plain(text: string): string {
  return text
    .toUpperCase()
    .normalize('NFD')
    .replace(/[^\p{L}\p{N}]/gu, '')
}
