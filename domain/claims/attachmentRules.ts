import { type DocumentKind, labelsOf } from '../claim.ts'
import {
  type AttachmentRule,
  type CheckedClaim,
  type CheckedLine,
  linesInScope,
  type SubmitProblem,
} from './requirements.ts'

/**
 * "X-ray of tooth 14 required for D2740 (line 2)": what the provider wants with these services and
 * the claim doesn't have.
 */
export function missingAttachments(claim: CheckedClaim, rules: AttachmentRule[]): SubmitProblem[] {
  return rules.flatMap((rule) => {
    const lines = linesInScope(claim, rule.when)
    return rule.per === 'claim' ? perClaim(claim, rule, lines) : perTooth(claim, rule, lines)
  })
}

function perClaim(claim: CheckedClaim, { kind }: AttachmentRule, lines: CheckedLine[]): SubmitProblem[] {
  if (lines.length === 0 || claim.attachments.flatMap(labelsOf).some((label) => label.kind === kind)) return []
  return [{ type: 'missing-attachment', detail: `${named(kind)} required for ${lines.map(lineNamed).join(', ')}` }]
}

/**
 * A line without a tooth is served by any attachment of the kind: nobody can say which tooth it
 * should show.
 */
function perTooth(claim: CheckedClaim, { kind }: AttachmentRule, lines: CheckedLine[]): SubmitProblem[] {
  const ofKind = claim.attachments.flatMap(labelsOf).filter((label) => label.kind === kind)
  return lines
    .filter((line) => !ofKind.some(({ tooth }) => line.tooth === undefined || tooth === line.tooth))
    .map((line) => ({
      type: 'missing-attachment',
      detail: `${named(kind)}${line.tooth === undefined ? '' : ` of tooth ${line.tooth}`} required for ${lineNamed(line)}`,
      lineNumber: line.lineNumber,
    }))
}

function lineNamed({ code, lineNumber }: CheckedLine): string {
  return `${code} (line ${lineNumber})`
}

const NAMES: Record<DocumentKind, string> = {
  xray: 'X-ray',
  photo: 'photo',
  perio_chart: 'perio chart',
  treatment_plan: 'treatment plan',
  referral: 'referral',
  authorisation: 'authorisation document',
  eob: 'explanation of benefits',
  claim_form: 'claim form',
  receipt: 'receipt',
  narrative: 'narrative',
  other: 'other document',
}

function named(kind: DocumentKind): string {
  return NAMES[kind]
}
