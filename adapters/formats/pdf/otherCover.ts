import type { Content } from 'pdfmake/interfaces.js'
import { shownAmount } from '../../../domain/amounts.ts'
import type { Submission } from '../../../domain/claim.ts'
import type { FirstPayer, PayerAdjustment } from '../../../domain/coordination/firstPayer.ts'
import { fields, grid, heading } from './blocks.ts'
import { nameOf, RELATIONSHIPS } from './claimFormBlocks.ts'

/**
 * "Other cover": the HMO that pays before, its member, and what it paid and took away of every
 * service. Nothing where nobody pays before.
 */
export function otherCover({ firstPayer, currency }: Submission): Content[] {
  if (firstPayer === undefined) return []
  const { cover, decision } = firstPayer
  const own = cover.relationship === 'self'
  return [
    heading('Other cover, which pays first'),
    fields([
      ['Insurer', firstPayer.name],
      ['Member number', cover.memberId],
      ['Plan', cover.plan],
      ['Group', cover.group],
      ['Patient is', RELATIONSHIPS[cover.relationship]],
      ['Subscriber', own ? undefined : nameOf(cover.subscriber)],
      ['Their birth', own ? undefined : cover.subscriber.birthDate],
      ['Their claim', firstPayer.claimReference],
      ['Decided on', decision?.decidedOn ?? 'not yet'],
    ]),
    ...(decision === null ? [] : [decidedLines(decision, currency)]),
  ]
}

function decidedLines(decision: NonNullable<FirstPayer['decision']>, currency: string): Content {
  const money = (amount: number) => shownAmount(amount, currency)
  const rows = decision.lines.map((line) => [
    String(line.lineNumber),
    money(line.charge),
    money(line.allowed),
    money(line.paid),
    line.adjustments.map((each) => reasonOf(each, currency)).join('; '),
  ])
  const whole = decision.adjustments.map((each) => reasonOf(each, currency)).join('; ')
  return grid(
    [
      { title: '#', width: 14, right: true },
      { title: `Claimed ${currency}`, width: 70, right: true },
      { title: 'Allowed', width: 60, right: true },
      { title: 'Paid', width: 60, right: true },
      { title: 'Not paid, and why', width: '*' },
    ],
    rows,
    [
      [
        { text: 'Paid in all', colSpan: 3, bold: true, alignment: 'right' },
        '',
        '',
        { text: money(decision.paid), bold: true, alignment: 'right' },
        whole === '' ? '' : `of the claim as a whole: ${whole}`,
      ],
    ],
  )
}

function reasonOf({ bucket, amount, group, reason, text }: PayerAdjustment, currency: string): string {
  return `${shownAmount(amount, currency)} ${text ?? WORDS[bucket]} (${group}-${reason})`
}

const WORDS: Readonly<Record<PayerAdjustment['bucket'], string>> = {
  contractual: 'given up by contract',
  patient: 'the patient’s part',
  other_payer: 'for another insurer',
  denied: 'not covered',
  withheld_tax: 'tax withheld',
  discount: 'discount',
  bank_fee: 'bank fee',
}
