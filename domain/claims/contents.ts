import { isNpi } from '../practice/npi.ts'
import { hasPhoneDigits } from '../practice/phone.ts'
import { toFdi } from '../practice/tooth.ts'
import type { CheckedClaim, SubmitProblem } from './requirements.ts'

/**
 * What is there and cannot be right: an NPI whose check digit is wrong (CMS), a service before its
 * patient or subscriber was born, a line for nothing, a phone number with too many digits (E.164),
 * a tooth that is not in the area that its line names. Every HMO's first edit refuses these.
 */
export function contentProblems(claim: CheckedClaim): SubmitProblem[] {
  return [
    ...npiProblems(claim),
    ...phoneProblems(claim),
    ...birthProblems(claim),
    ...chargeProblems(claim),
    ...areaProblems(claim),
  ]
}

function npiProblems({ organisation, clinic, practitioner }: CheckedClaim): SubmitProblem[] {
  const holders = [
    ['organisation', organisation.npi],
    ['clinic', clinic.npi],
    ['practitioner', practitioner.npi],
  ] as const
  return holders.flatMap(([who, npi]) =>
    npi === undefined || isNpi(npi)
      ? []
      : [{ type: 'npi-check-digit', detail: `the ${who}'s NPI has a wrong check digit: correct it and sync again` }],
  )
}

function phoneProblems({ clinic }: CheckedClaim): SubmitProblem[] {
  if (clinic.phone === undefined || hasPhoneDigits(clinic.phone, clinic.address?.country ?? null)) return []
  return [
    {
      type: 'phone-digits',
      detail: "the clinic's phone number has too few or too many digits: ten in the US and Canada, else 7 to 15",
    },
  ]
}

function birthProblems({ patient, enrolment, lines }: CheckedClaim): SubmitProblem[] {
  const born = [
    ['patient', patient.birthDate],
    ['subscriber', enrolment.subscriber?.birthDate],
  ] as const
  const [first] = lines.map((line) => line.serviceDate).sort()
  return born.flatMap(([who, birthDate]) =>
    first === undefined || birthDate === undefined || birthDate <= first
      ? []
      : [
          {
            type: 'born-after-service',
            detail: `the ${who} was born after the service date ${first}: one of the two days is wrong`,
          },
        ],
  )
}

function chargeProblems({ lines }: CheckedClaim): SubmitProblem[] {
  return lines
    .filter((line) => line.priced && line.charge === 0)
    .map(({ code, lineNumber }) => ({
      type: 'zero-charge',
      detail: `${code} is charged nothing: set an amount or take it off the claim (line ${lineNumber})`,
      lineNumber,
    }))
}

/** A format with one place for both would have to leave one out: they must say the same. */
function areaProblems({ lines }: CheckedClaim): SubmitProblem[] {
  return lines.flatMap(({ code, lineNumber, tooth, area }) => {
    const quadrant = tooth === undefined ? undefined : toFdi(tooth)?.[0]
    const teeth = area === undefined ? undefined : QUADRANTS[area]
    if (quadrant === undefined || teeth === undefined || teeth.includes(quadrant)) return []
    return [
      {
        type: 'tooth-outside-area',
        detail: `tooth ${tooth} of ${code} is not in the area ${area}: one of the two is wrong (line ${lineNumber})`,
        lineNumber,
      },
    ]
  })
}

/** Areas of the mouth left, the FDI quadrants in them right (permanent and primary). */
const QUADRANTS: Readonly<Record<string, string>> = {
  '00': '12345678',
  '01': '1256',
  '02': '3478',
  '10': '15',
  '20': '26',
  '30': '37',
  '40': '48',
}
