import type { SubmitProblem, SubmitRules } from '../../domain/claims/requirements.ts'
import type { Tx } from '../connect.ts'
import { compareWithVisit } from './chart/compareWithVisit.ts'
import { similarClaims } from './chart/similarClaims.ts'
import { type Composed, problemsBeforeSubmit, warningsBeforeSubmit } from './composeSubmission.ts'
import { memberWarnings } from './memberWarnings.ts'
import { formatProblems, type Writer } from './trialWriting.ts'

/** With one of these no format can be tried: it would say the same once more, in worse words. */
const UNWRITABLE: ReadonlySet<string> = new Set([
  'missing-field',
  'missing-diagnosis',
  'no-lines',
  'too-many-lines',
  'line-not-priced',
  'purpose-not-supported',
  'provider-reference-missing',
  'format-limit',
])

/** A draft and what it is checked against. */
export interface DraftToCheck {
  organisationId: string
  claimId: string
  connectionId: string
  now: Date
}

/**
 * Everything that keeps a draft from leaving: the provider's rules, the visit as it is now, and
 * what its format cannot carry. `warnings` keep nothing from leaving.
 */
export async function checkDraft<P>(
  tx: Tx,
  writer: Writer<P> & { declaration: SubmitRules },
  composed: Composed,
  draft: DraftToCheck,
): Promise<{ problems: SubmitProblem[]; warnings: SubmitProblem[] }> {
  const { problems, warnings } = await checkToLeave(tx, writer, composed, draft)
  const lost = warningsBeforeSubmit(composed, writer.declaration)
  const member = await memberWarnings(tx, draft.organisationId, draft.claimId)
  return { problems, warnings: [...warnings, ...(await similarClaims(tx, draft)), ...member, ...lost] }
}

/** The same for a claim that leaves now: of the warnings only what costs nothing to know. */
export async function checkToLeave<P>(
  tx: Tx,
  writer: Writer<P> & { declaration: SubmitRules },
  composed: Composed,
  draft: DraftToCheck,
): Promise<{ problems: SubmitProblem[]; warnings: SubmitProblem[] }> {
  const rules = problemsBeforeSubmit(composed, writer.declaration, draft.now)
  const compared = await compareWithVisit(tx, draft)
  const problems = [...rules, ...compared.problems]
  const written = problems.some(({ type }) => UNWRITABLE.has(type))
    ? []
    : await formatProblems(tx, writer, composed, draft)
  return { problems: [...problems, ...written], warnings: compared.warnings }
}
