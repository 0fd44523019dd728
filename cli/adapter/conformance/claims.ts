import type { OutMessage } from '../../../adapters/contract.ts'
import { sum } from '../../../domain/amounts.ts'
import type { Submission } from '../../../domain/claim.ts'
import { Broken, demand } from './check.ts'
import type { Subject } from './subject.ts'

/** Another claim's number: no fixture speaks of it. */
export const OTHER_NUMBER = '9ZZZ8YYY7XXX6WWW'
/** What the provider calls the original of a correction. */
export const ORIGINAL_REFERENCE = 'ORIG-778899'
/** Our own number of the original. */
export const ORIGINAL_NUMBER = '3AAA2BBB1CCC0DDD'

/** The folder's claim with a change. */
export function claimWith({ folder }: Subject, change: Partial<Submission> = {}): Submission {
  return { ...structuredClone(folder.claim.submission), ...change }
}

/** The same claim as the correction of an earlier one. */
export function correction(subject: Subject, purpose: Submission['purpose']): Submission {
  if (purpose === 'new') return claimWith(subject)
  return claimWith(subject, {
    purpose,
    originalReference: ORIGINAL_REFERENCE,
    originalSubmissionNumber: ORIGINAL_NUMBER,
    openingSubmissionNumber: ORIGINAL_NUMBER,
  })
}

/**
 * The claim with these charges, in line order; as many lines as charges, numbered as the hub
 * numbers them.
 */
export function charged(subject: Subject, charges: number[]): Submission {
  const base = claimWith(subject)
  const lines = charges.map((charge, index) => {
    const line = base.lines[index] ?? base.lines[0]
    demand(line !== undefined, 'fixtures/claim.json has no lines')
    return { ...line, lineNumber: index + 1, controlNumber: String(index + 1), charge }
  })
  return { ...base, lines, total: sum(charges) }
}

/** The claim with another patient and subscriber name. */
export function named(subject: Subject, name: { family: string; given: string }): Submission {
  const base = claimWith(subject)
  const { enrolment } = base
  return {
    ...base,
    patient: { ...base.patient, ...name },
    enrolment: { ...enrolment, subscriber: { ...enrolment.subscriber, ...name } },
  }
}

/** Writes the claim, or answers the error with which the adapter refuses it. */
export async function tryToWrite(subject: Subject, submission: Submission): Promise<OutMessage[] | Error> {
  try {
    return await subject.write([submission])
  } catch (error) {
    if (error instanceof Error) return error
    throw new Broken('it threw something that is no Error')
  }
}

/** A plain claim is written: where nothing is, a refusal proves nothing. */
export async function demandWriting(subject: Subject): Promise<void> {
  const written = await tryToWrite(subject, claimWith(subject))
  if (written instanceof Error) throw new Broken(`not even a plain claim is written: ${written.message}`)
}

/**
 * Words that identify the member: none of them may stand in an error, a file name, an address or a
 * log.
 */
export function memberWords({ patient, enrolment }: Submission): string[] {
  return [
    patient.family,
    patient.given,
    patient.birthDate,
    enrolment.memberId,
    enrolment.subscriber.family,
    enrolment.subscriber.birthDate,
  ].filter((word) => word.length > 2)
}
