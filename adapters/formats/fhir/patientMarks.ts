import type { Marks, MemberCorrection, NamedPerson } from '../../../domain/inbox/marks.ts'
import type { PersonReference } from './datatypes.ts'
import { patientResource } from './resources.ts'

/** What a resource says of its patient: marks, and the Patient that the payer has of them. */
export interface PatientSaid {
  marks: Pick<Marks, 'patient' | 'memberIds'>
  correction?: MemberCorrection
}

/**
 * By a contained Patient, else by the reference's own words (source: FHIR R4 Reference: identifier
 * and display). A contained Patient is the payer's record of the member: what it has otherwise than
 * we corrects ours.
 */
export function patientSaid(reference: PersonReference | undefined, contained: unknown[] = []): PatientSaid {
  const local = /^#(.+)$/.exec(reference?.reference ?? '')?.[1]
  const patients = contained.flatMap((each) => {
    const read = patientResource.safeParse(each)
    return read.success ? [read.data] : []
  })
  const known = patients.find(({ id }) => id === local) ?? (patients.length === 1 ? patients[0] : undefined)
  const ids = [
    ...(known?.identifier ?? []).flatMap(({ value }) => value ?? []),
    ...(reference?.identifier?.value === undefined ? [] : [reference.identifier.value]),
  ]
  const memberIds = ids.length === 0 ? {} : { memberIds: ids }
  if (known === undefined) {
    const { display } = reference ?? {}
    return { marks: { ...(isName(display) ? { patient: { name: display } } : {}), ...memberIds } }
  }
  const [name] = known.name ?? []
  const birth = known.birthDate === undefined ? {} : { birthDate: known.birthDate }
  const named: NamedPerson = {
    ...(name?.family === undefined ? {} : { family: name.family }),
    ...(name?.given === undefined ? {} : { given: name.given.join(' ') }),
    ...(name?.text === undefined || name.family !== undefined ? {} : { name: name.text }),
    ...birth,
  }
  const { name: _whole, ...parts } = named
  const [memberId] = ids
  const correction = { ...parts, ...(memberId === undefined ? {} : { memberId }) }
  return {
    marks: { ...(Object.keys(named).length === 0 ? {} : { patient: named }), ...memberIds },
    ...(Object.keys(correction).length === 0 ? {} : { correction }),
  }
}

/** A display is free text: "Member of record" and a number name nobody. */
const NO_NAME = /\d|\b(?:member|patient|subscriber|beneficiary|insured|dependent|record|unknown|withheld)\b/i

function isName(display: string | undefined): display is string {
  return display !== undefined && display.trim() !== '' && !NO_NAME.test(display)
}
