import { formatMinor } from '../../../../domain/amounts.ts'
import type { Submission, SubmissionLine } from '../../../../domain/claim.ts'
import { toX12Date } from '../dates.ts'
import { lineAdjudication } from '../otherPayer/lineLoop.ts'
import { type Line, X12Refusal } from '../write.ts'
import { lineAuthorisations } from './dentalClaimDetail.ts'
import { placement, placementDates, placeOfLine, pointers, procedure } from './dentalDetails.ts'

/** The guide's limit of service lines in one dental claim. */
const LINES_PER_CLAIM = 50

/**
 * Loop 2400: one service with its tooth, surfaces, date and our control number, which the payer's
 * answers bring back.
 */
export function serviceLine(submission: Submission, line: SubmissionLine): Line[] {
  if (submission.lines.length > LINES_PER_CLAIM) throw new X12Refusal('2400 LX', `more than ${LINES_PER_CLAIM} lines`)
  const area = line.area === undefined ? '' : [line.area]
  const charge = formatMinor(line.charge, submission.currency)
  return [
    ['LX', String(submission.lines.indexOf(line) + 1)],
    [
      'SV3',
      procedure(line),
      charge,
      placeOfLine(submission, line),
      area,
      placement(line),
      String(line.quantity),
      '',
      '',
      '',
      '',
      pointers(line, submission.diagnoses.length),
    ],
    ...tooth(line),
    ['DTP', '472', 'D8', toX12Date(line.serviceDate)],
    ...placementDates(line),
    ...lineAuthorisations(submission),
    ['REF', '6R', line.controlNumber],
    ...lineAdjudication(submission, line),
  ]
}

function tooth({ tooth, surfaces, lineNumber }: SubmissionLine): Line[] {
  if (tooth === undefined && surfaces !== undefined) throw new X12Refusal('2400 TOO02', 'surfaces without a tooth')
  if (tooth === undefined) return []
  if ((surfaces ?? '').length > 5)
    throw new X12Refusal('2400 TOO03', `at most five surfaces, line ${lineNumber} has more: merge or split the line`)
  return [['TOO', 'JP', tooth, surfaces === undefined ? '' : [...surfaces]]]
}
