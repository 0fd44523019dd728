import type { Address, Person, Submission } from '../../../domain/claim.ts'
import type { OtherDentist } from '../../../domain/claims/dentistry/details.ts'
import { concept } from './coding.ts'
import { SYSTEMS } from './systems.ts'
import type { JsonOut } from './writeJson.ts'

/**
 * The people and places of a claim, as resources contained in it: so that the payer needs no access
 * to a server of ours.
 */
export function patientResource({ patient }: Submission): JsonOut {
  return { resourceType: 'Patient', id: 'patient', ...person(patient) }
}

export function subscriberResource({ enrolment }: Submission): JsonOut {
  return { resourceType: 'Patient', id: 'subscriber', ...person(enrolment.subscriber) }
}

export function coverage({ enrolment }: Submission, payerId: string): JsonOut {
  const subscriber = enrolment.relationship === 'self' ? '#patient' : '#subscriber'
  return coverageOf(enrolment, {
    id: 'coverage',
    subscriber,
    payerId,
    order: enrolment.priority === 'primary' ? 1 : 2,
  })
}

/** A Coverage; `subscriber` is the reference of the contained person, `order` when it pays. */
export function coverageOf(
  cover: Pick<Submission['enrolment'], 'memberId' | 'plan' | 'group' | 'relationship'>,
  { id, subscriber, payerId, order }: { id: string; subscriber: string; payerId: string; order: number },
): JsonOut {
  const { plan, group, relationship, memberId } = cover
  const classes = [
    ...(plan === undefined ? [] : [{ type: concept(SYSTEMS.coverageClass, 'plan'), value: plan }]),
    ...(group === undefined ? [] : [{ type: concept(SYSTEMS.coverageClass, 'group'), value: group }]),
  ]
  return {
    resourceType: 'Coverage',
    id,
    status: 'active',
    subscriber: { reference: subscriber },
    subscriberId: memberId,
    beneficiary: { reference: '#patient' },
    relationship: concept(SYSTEMS.subscriberRelationship, relationship),
    payor: [{ identifier: { value: payerId } }],
    class: classes,
    order,
  }
}

export function clinic({ clinic, organisation }: Submission): JsonOut {
  const npi = clinic.npi ?? organisation.npi
  return {
    resourceType: 'Organization',
    id: 'clinic',
    identifier: [
      ...(npi === undefined ? [] : [{ system: SYSTEMS.npi, value: npi }]),
      ...(organisation.taxId === undefined ? [] : [{ system: SYSTEMS.taxId, value: organisation.taxId }]),
    ],
    name: clinic.name,
    alias: [organisation.name],
    telecom: clinic.phone === undefined ? [] : [{ system: 'phone', value: clinic.phone }],
    address: [address(clinic.address)],
  }
}

export function careTeam({ practitioner }: Submission): { practitioner: JsonOut; member: JsonOut } {
  const { npi, licence, accreditation } = practitioner
  return {
    practitioner: {
      resourceType: 'Practitioner',
      id: 'practitioner',
      identifier: [
        ...(npi === undefined ? [] : [{ system: SYSTEMS.npi, value: npi }]),
        ...(licence === undefined ? [] : [{ system: SYSTEMS.licence, value: licence }]),
        ...(accreditation === undefined ? [] : [{ system: SYSTEMS.accreditation, value: accreditation }]),
      ],
      name: [{ family: practitioner.family, given: [practitioner.given] }],
    },
    member: {
      sequence: 1,
      provider: { reference: '#practitioner' },
      role: concept(SYSTEMS.careTeamRole, 'primary'),
    },
  }
}

/**
 * Who bills: the clinic, or a dentist of it in a role of their own.
 */
export function billing({ billingDentist }: Submission): { provider: JsonOut; resources: JsonOut[] } {
  if (billingDentist === undefined) return { provider: { reference: '#clinic' }, resources: [] }
  return {
    provider: { reference: '#billing' },
    resources: [
      dentist('billing-dentist', billingDentist),
      {
        resourceType: 'PractitionerRole',
        id: 'billing',
        practitioner: { reference: '#billing-dentist' },
        organization: { reference: '#clinic' },
      },
    ],
  }
}

/** The referral, when its dentist is known: the request that Claim.referral names. */
export function referrer({ referringDentist, authorisations }: Submission): JsonOut[] {
  if (referringDentist === undefined) return []
  const numbers = authorisations.filter(({ kind }) => kind === 'referral').map(({ number }) => ({ value: number }))
  return [
    dentist('referrer', referringDentist),
    {
      resourceType: 'ServiceRequest',
      id: 'referral',
      identifier: numbers,
      status: 'active',
      intent: 'order',
      subject: { reference: '#patient' },
      requester: { reference: '#referrer' },
    },
  ]
}

function dentist(id: string, { family, given, npi, licence }: OtherDentist): JsonOut {
  return {
    resourceType: 'Practitioner',
    id,
    identifier: [
      ...(npi === undefined ? [] : [{ system: SYSTEMS.npi, value: npi }]),
      ...(licence === undefined ? [] : [{ system: SYSTEMS.licence, value: licence }]),
    ],
    name: [{ family, given: [given] }],
  }
}

export function person(of: Person): { [name: string]: JsonOut } {
  return {
    name: [{ family: of.family, given: [of.given] }],
    gender: of.sex,
    birthDate: of.birthDate,
    ...(of.address === undefined ? {} : { address: [address(of.address)] }),
  }
}

function address(of: Address): JsonOut {
  return {
    line: [of.line1, ...(of.line2 === undefined ? [] : [of.line2])],
    city: of.city,
    state: of.state,
    postalCode: of.postalCode,
    country: of.country,
  }
}
