import { childrenIn, textIn, type XmlElement } from '../../../adapters/formats/xml/read.ts'
import type { Minor } from '../../../domain/amounts.ts'
import type { DocumentProblem, TransactionReport } from '../report.ts'
import { added, amountsIn, claimsIn, write } from './xmlAmounts.ts'

interface Activity {
  charged: Minor | null
  share: Minor | null
  net: Minor | null
  paid: Minor | null
  denial: string | null
}

/**
 * Adds the claims of a Remittance.Advice. It states no total: what arrives is the sum of its
 * payments. A payment may be a part (an instalment); more than Net, or a Net that is not Gross −
 * PatientShare, does not balance.
 */
export function readPostedRemittance(root: XmlElement, report: TransactionReport): void {
  const { problems } = report
  const totals = claimsIn(root).map(({ claim, place }) => {
    const number = textIn(claim, 'ID')
    if (number === null)
      problems.push({ code: 'missing', where: `${place} ID`, message: 'our number of the claim is missing' })
    if (textIn(claim, 'PaymentReference') === null)
      problems.push({ code: 'missing', where: `${place} PaymentReference`, message: 'the payment number is missing' })
    const activities = childrenIn(claim, 'Activity').map((each, index) =>
      readActivity(each, `${place} Activity ${index + 1}`, problems),
    )
    const paid = added(activities.map((each) => each.paid))
    report.claims.push({
      claimId: number,
      reference: textIn(claim, 'IDPayer'),
      status: statusOf(activities),
      charged: write(added(activities.map((each) => each.charged))),
      paid: write(paid),
      patientResponsibility: write(added(activities.map((each) => each.share))),
      lines: activities.length,
      adjustments: activities.flatMap(({ net, paid: part, denial }) =>
        denial === null
          ? []
          : [{ group: 'denial', reason: denial, amount: write(net === null || part === null ? null : net - part) }],
      ),
    })
    return paid
  })
  const total = added(totals)
  report.total = write(total)
  report.balanced = total !== null && !problems.some(({ code }) => code === 'line-balance' || code === 'malformed')
}

function readActivity(activity: XmlElement, place: string, problems: DocumentProblem[]): Activity {
  const amount = amountsIn(problems)
  const net = amount(activity, 'Net', place, true)
  const gross = amount(activity, 'Gross', place, false)
  const share = amount(activity, 'PatientShare', place, false)
  const paid = amount(activity, 'PaymentAmount', place, true)
  if (net !== null && gross !== null && share !== null && gross - share !== net)
    problems.push({
      code: 'line-balance',
      where: place,
      message: `Net says ${write(net)}, Gross less PatientShare is ${write(gross - share)}`,
    })
  if (net !== null && paid !== null && net >= 0 && paid > net)
    problems.push({
      code: 'line-balance',
      where: place,
      message: `more is paid (${write(paid)}) than Net asks for (${write(net)})`,
    })
  return { charged: gross ?? net, share, net, paid, denial: textIn(activity, 'DenialCode') }
}

function statusOf(activities: readonly Activity[]): string {
  if (activities.some(({ paid }) => paid !== null && paid < 0)) return 'reversal'
  const denied = activities.length > 0 && activities.every(({ paid, denial }) => paid === 0 && denial !== null)
  return denied ? 'denied' : 'processed'
}
