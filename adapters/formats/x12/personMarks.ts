import type { MemberCorrection, NamedPerson } from '../../../domain/inbox/marks.ts'
import type { X12Person } from './paymentAdvice.ts'

/**
 * NM108 of an id by which a payer knows a member; others (SSN 34, HN of another plan) may be too.
 */
const MEMBER_IDS: readonly string[] = ['MI', 'HN', 'II', 'C']

/**
 * The patient as the segments name them (source: 005010X221A1 2100, 005010X214 2200D): NM1*QC;
 * where it is missing the insured stands for the patient.
 */
export function patientIn(people: X12Person[]): { patient?: NamedPerson; memberIds?: string[] } {
  const patient = people.find(({ code }) => code === 'QC') ?? people.find(({ code }) => code === 'IL')
  const ids = people.filter(({ code, idKind, id }) => code !== '74' && id !== '' && MEMBER_IDS.includes(idKind))
  const named = patient === undefined ? {} : namesOf(patient)
  return {
    ...(Object.keys(named).length === 0 ? {} : { patient: named }),
    ...(ids.length === 0 ? {} : { memberIds: ids.map(({ id }) => id) }),
  }
}

/**
 * What the payer corrects of the member: NM1*74 (source: 005010X221A1, "corrected patient/insured
 * name": elements that are there are the right ones).
 */
export function correctionIn(people: X12Person[]): MemberCorrection | undefined {
  const corrected = people.find(({ code }) => code === '74')
  if (corrected === undefined) return undefined
  const { id } = corrected
  const correction = { ...namesOf(corrected), ...(id === '' ? {} : { memberId: id }) }
  return Object.keys(correction).length === 0 ? undefined : correction
}

function namesOf({ family, given }: X12Person): { family?: string; given?: string } {
  return { ...(family === '' ? {} : { family }), ...(given === '' ? {} : { given }) }
}
