import type { CheckedClaim, SubmitProblem, SubmitRules } from '../requirements.ts'

/**
 * What is longer, or more, than the provider's format can carry: each with the field, its limit and
 * what to do. A format cuts nothing off and leaves nothing out.
 */
export function limitProblems(claim: CheckedClaim, { name, limits: { fields = {} } }: SubmitRules): SubmitProblem[] {
  const { enrolment, patient, note, authorisations, diagnoses, attachments, lines } = claim
  const text = (what: string, value: string | undefined, most: number | undefined): SubmitProblem[] =>
    most === undefined || value === undefined || [...value].length <= most
      ? []
      : [tooMuch(`${name} takes at most ${most} characters of ${what}, this one has ${[...value].length}: shorten it`)]
  const count = (what: string, has: number, most: number | undefined, remedy: string): SubmitProblem[] =>
    most === undefined || has <= most
      ? []
      : [tooMuch(`${name} takes at most ${most} ${what}, this claim has ${has}: ${remedy}`)]
  return [
    ...text('the member number', enrolment.memberId, fields.memberId),
    ...text('the plan', enrolment.plan, fields.plan),
    ...text('the group number', enrolment.group, fields.group),
    ...text("the patient's family name", patient.family, fields.familyName),
    ...text("the patient's given name", patient.given, fields.givenName),
    ...text('the note', note, fields.note),
    ...authorisations.flatMap(({ kind, number }) =>
      text(`the number of the ${kind}`, number, fields.authorisationNumber),
    ),
    ...count('diagnoses', diagnoses.length, fields.diagnoses, 'take off what no line needs'),
    ...count('attachments', attachments.length, fields.attachments, 'put several into one PDF'),
    ...lines.flatMap(({ surfaces = '', lineNumber }) =>
      fields.surfaces === undefined || surfaces.length <= fields.surfaces
        ? []
        : [
            tooMuch(
              `${name} takes at most ${fields.surfaces} surfaces of a tooth, line ${lineNumber} has ${surfaces.length}: merge or split the line`,
              lineNumber,
            ),
          ],
    ),
  ]
}

function tooMuch(detail: string, lineNumber?: number): SubmitProblem {
  return { type: 'format-limit', detail, ...(lineNumber === undefined ? {} : { lineNumber }) }
}
