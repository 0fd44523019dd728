import { isDeepStrictEqual } from 'node:util'
import type { OutMessage } from '../../../../adapters/contract.ts'
import type { Submission, SubmissionLine } from '../../../../domain/claim.ts'
import type { ClaimDetails } from '../../../../domain/claims/dentistry/details.ts'
import { DENTAL_FIELD_NAMES, DENTAL_FIELDS, type DentalField } from '../../../../domain/claims/dentistry/fields.ts'
import { type Check, demand } from '../check.ts'
import { claimWith, demandWriting, tryToWrite } from '../claims.ts'
import type { Subject } from '../subject.ts'
import { wordsOf } from '../texts.ts'

const dentist = { family: 'Okafor', given: 'Ngozi', npi: '1234567893', licence: 'DEN-9' }

/** What each detail is on a claim of the kit: of its first line, or of the claim. */
const OF_LINE: Partial<Record<DentalField, Partial<SubmissionLine>>> = {
  description: { description: 'Zirconia on the left' },
  placement: { placement: 'initial' },
  prior_placement: { placement: 'replacement', priorPlacedOn: '2015-06-01' },
  appliance_date: { appliancePlacedOn: '2026-01-07' },
  place_of_service: { placeOfService: '31' },
  diagnosis_pointers: { diagnosisPointers: [2] },
}
const OF_CLAIM: Partial<Record<DentalField, ClaimDetails>> = {
  accident: { accident: { kind: 'auto', on: '2026-01-15', state: 'NY' } },
  banding_date: { orthodontics: { bandedOn: '2026-01-09' } },
  orthodontic_months: { orthodontics: { months: 37 } },
  remaining_months: { orthodontics: { remainingMonths: 29 } },
  missing_teeth: { missingTeeth: [{ tooth: '19', status: 'missing' }] },
  referring_dentist: { referringDentist: dentist },
  billing_dentist: { billingDentist: { ...dentist, family: 'Stone' } },
  payee: { payee: { name: 'Smile Holdings', bank: { name: 'First Bank', account: '90017' } } },
  assignment: { assignment: 'patient' },
  patient_signature: { signatures: { patientOn: '2026-01-03' } },
  dentist_signature: { signatures: { dentist: true } },
}

/** No dental detail is dropped in silence: it leaves, or the declaration says that it does not. */
export const dentistryChecks: Check[] = [
  {
    name: 'details-leave',
    rule: 'each dental detail changes what leaves, unless the declaration has it in noPlaceFor; then it changes nothing',
    run: async (subject) => {
      await demandWriting(subject)
      const noPlace: readonly DentalField[] = subject.adapter.declaration.noPlaceFor ?? []
      for (const field of DENTAL_FIELD_NAMES) {
        const { without, having } = pairOf(subject, field)
        const same = isDeepStrictEqual(...(await readableOf(subject, without, having)))
        const words = DENTAL_FIELDS[field].words
        if (noPlace.includes(field)) demand(same, `${field} is declared to have no place, and ${words} leaves`)
        else demand(!same, `${words} is dropped in silence: carry it, or declare ${field} in noPlaceFor`)
      }
    },
  },
  {
    name: 'supernumerary-teeth',
    rule: 'a supernumerary tooth is written, each as itself and none as its neighbour',
    run: async (subject) => {
      await demandWriting(subject)
      const teeth = ['14', '64', 'A', 'AS', '82', 'TS']
      const written = await Promise.all(teeth.map((tooth) => writtenOf(subject, lineWith(subject, { tooth }))))
      const told = new Set(await Promise.all(written.map(wordsOf)))
      demand(told.size === teeth.length, 'two different teeth leave as the same words')
    },
  },
]

/** The claim with the detail, and the same without it. */
function pairOf(subject: Subject, field: DentalField): { without: Submission; having: Submission } {
  const diagnoses = [
    { system: 'icd-10' as const, code: 'K02.1' },
    { system: 'icd-10' as const, code: 'K08.1' },
  ]
  const line = OF_LINE[field]
  // A prior date belongs to a replacement: only the date is to make the difference.
  const without = lineWith(subject, field === 'prior_placement' ? { placement: 'replacement' } : {}, diagnoses)
  if (line !== undefined) return { without, having: lineWith(subject, line, diagnoses) }
  return { without, having: { ...without, ...OF_CLAIM[field] } }
}

/** The kit's claim with one plain line, changed, and no papers. */
function lineWith(
  subject: Subject,
  change: Partial<SubmissionLine>,
  diagnoses = claimWith(subject).diagnoses,
): Submission {
  const [first] = claimWith(subject).lines
  demand(first !== undefined, 'fixtures/claim.json has no lines')
  const { area: _area, surfaces: _surfaces, ...line } = first
  return claimWith(subject, {
    lines: [{ ...line, code: 'D2740', tooth: '14', ...change }],
    total: line.charge,
    attachments: [],
    diagnoses,
  })
}

async function readableOf(subject: Subject, one: Submission, other: Submission): Promise<[string, string]> {
  return [await wordsOf(await writtenOf(subject, one)), await wordsOf(await writtenOf(subject, other))]
}

async function writtenOf(subject: Subject, submission: Submission): Promise<OutMessage[]> {
  const written = await tryToWrite(subject, submission)
  if (written instanceof Error) {
    demand(false, `a claim with dental details is refused: ${written.message}`)
    throw written
  }
  return written
}
