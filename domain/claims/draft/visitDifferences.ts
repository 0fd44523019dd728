import { type Minor, moneyInWords } from '../../amounts.ts'
import type { SubmitProblem } from '../requirements.ts'

/** What a service is in the chart, or in the copy of it that a draft's line holds. */
export interface Charted {
  code: string
  serviceDate: string
  tooth: string | null
  surfaces: string | null
  area: string | null
  quantity: number
}

/** A line of a draft beside its procedure as the visit has it now. */
export interface ComparedLine {
  lineNumber: number
  draft: Charted
  visit: Charted
  /** The practice took the procedure out of its visit. */
  removed: boolean
  /**
   * The negotiated amount of the line, then and now; null where no rate held. Absent: not by rate.
   */
  rate?: { draft: Minor | null; visit: Minor | null; currency: string }
  /** Dental details of the service that the visit says otherwise, or only it says. */
  details?: { field: string; draft: string; visit: string }[]
}

/** A field of the claim as a whole, as texts that may be shown. */
export interface ComparedField {
  field: 'diagnoses' | 'practitioner' | 'enrolment'
  draft: string
  visit: string
}

const FIELDS = {
  code: 'code',
  serviceDate: 'service date',
  tooth: 'tooth',
  surfaces: 'surfaces',
  area: 'area',
  quantity: 'quantity',
} as const satisfies Record<keyof Charted, string>

/**
 * Where a draft is no longer what the chart says. A claim that differs may not leave: the visit's
 * values are taken over first, or the chart is corrected.
 */
export function visitDifferences(lines: ComparedLine[], claim: ComparedField[]): SubmitProblem[] {
  return [
    ...lines.flatMap(lineDifferences),
    ...claim.map(({ field, draft, visit }) =>
      differs(field, draft, visit, `the ${field} of the draft ${field === 'diagnoses' ? 'are' : 'is'}`),
    ),
  ]
}

function lineDifferences({ lineNumber, draft, visit, removed, rate, details = [] }: ComparedLine): SubmitProblem[] {
  if (removed)
    return [
      {
        type: 'procedure-removed',
        detail: `${draft.code} of ${draft.serviceDate} is no longer in its visit: take the visit over, which takes the line off (line ${lineNumber})`,
        lineNumber,
      },
    ]
  const fields = (Object.keys(FIELDS) as (keyof Charted)[])
    .filter((field) => draft[field] !== visit[field])
    .map((field) => ({
      ...differs(field, shown(draft[field]), shown(visit[field]), `the ${FIELDS[field]} of line ${lineNumber} is`),
      lineNumber,
    }))
  const told = details.map(({ field, draft: was, visit: now }) => ({
    ...differs(field, was, now, `${field} of line ${lineNumber} is`),
    lineNumber,
  }))
  if (rate === undefined || rate.draft === rate.visit) return [...fields, ...told]
  const price = (amount: Minor | null) => (amount === null ? 'none' : moneyInWords(amount, rate.currency))
  const changed = differs('rate', price(rate.draft), price(rate.visit), `the rate of line ${lineNumber} is`)
  return [...fields, ...told, { ...changed, lineNumber }]
}

function differs(field: string, draft: string, visit: string, subject: string): SubmitProblem {
  return {
    type: 'differs-from-visit',
    detail: `differs from the visit: ${subject} ${draft} in the draft and ${visit} now: take the visit over, or correct the chart`,
    field,
    draft,
    visit,
  }
}

function shown(value: string | number | null): string {
  return value === null ? 'none' : String(value)
}
