import { childIn, childrenIn, textIn, type XmlElement } from '../../../adapters/formats/xml/read.ts'
import type { TransactionReport } from '../report.ts'
import { readDetails } from './readDetails.ts'
import { added, amountsIn, claimsIn, write } from './xmlAmounts.ts'

/**
 * Adds the claims of a Claim.Submission: Net = Gross − PatientShare, and the activities' Net add up
 * to it.
 */
export function readPostedClaims(root: XmlElement, report: TransactionReport): void {
  const { problems } = report
  const amount = amountsIn(problems)
  const charges = claimsIn(root).map(({ claim, place }) => {
    const number = textIn(claim, 'ID')
    if (number === null)
      problems.push({ code: 'missing', where: `${place} ID`, message: 'the number of the claim is missing' })
    const gross = amount(claim, 'Gross', place, true)
    const share = amount(claim, 'PatientShare', place, true)
    const net = amount(claim, 'Net', place, true)
    const activities = childrenIn(claim, 'Activity')
    const nets = added(
      activities.map((activity, index) => amount(activity, 'Net', `${place} Activity ${index + 1}`, true)),
    )
    if (activities.length === 0)
      problems.push({ code: 'missing', where: place, message: 'the claim has no service line' })
    if (gross !== null && share !== null && net !== null && gross - share !== net)
      problems.push({
        code: 'claim-balance',
        where: place,
        message: `Net says ${write(net)}, Gross less PatientShare is ${write(gross - share)}`,
      })
    if (net !== null && nets !== null && activities.length > 0 && nets !== net)
      problems.push({
        code: 'claim-balance',
        where: place,
        message: `Net says ${write(net)}, the activities come to ${write(nets)}`,
      })
    const details = readDetails(claim)
    report.claims.push({
      claimId: number,
      reference: textIn(claim, 'IDPayer'),
      status: childIn(claim, 'Resubmission') === null ? 'new' : 'replacement',
      charged: write(gross),
      paid: null,
      patientResponsibility: write(share),
      lines: activities.length,
      adjustments: [],
      ...(details === undefined ? {} : { details }),
    })
    return gross
  })
  report.total = write(added(charges))
}
