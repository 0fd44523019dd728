import { type Minor, parseMinor, sum } from '../../../domain/amounts.ts'
import { fromXmlDay } from './dates.ts'
import type { PostedDocument } from './document.ts'
import { childIn, childrenIn, textIn, type XmlElement } from './read.ts'
import { DENTAL, readSite, type Site } from './tooth.ts'

/** One claim of a Claim.Submission. Null amounts: not readable in the currency. */
export interface PostedClaim {
  id: string
  idPayer: string | null
  memberId: string | null
  gross: Minor | null
  patientShare: Minor | null
  net: Minor | null
  activities: PostedActivity[]
  resubmission: { type: string; comment: string } | null
  /** Rules of the amounts that it breaks, with places; empty: it balances. */
  problems: string[]
}

export interface PostedActivity extends Site {
  id: string
  code: string
  /** YYYY-MM-DD */
  day: string | null
  quantity: string
  net: Minor | null
  authorisation: string | null
  /** Papers: kind, media type, bytes as base64. */
  files: { kind: string; mediaType: string | null; base64: string }[]
}

/** The claims of a document that the schema has let through. */
export function readClaims(document: PostedDocument, currency: string): PostedClaim[] {
  return document.records.map((record, index) => claimOf(record, currency, `Claim ${index + 1}`))
}

function claimOf(claim: XmlElement, currency: string, place: string): PostedClaim {
  const amount = (name: string) => parseMinor(textIn(claim, name) ?? '', currency)
  const resubmission = childIn(claim, 'Resubmission')
  const read = {
    id: textIn(claim, 'ID') ?? '',
    idPayer: textIn(claim, 'IDPayer'),
    memberId: textIn(claim, 'MemberID'),
    gross: amount('Gross'),
    patientShare: amount('PatientShare'),
    net: amount('Net'),
    activities: childrenIn(claim, 'Activity').map((activity) => activityOf(activity, currency)),
    resubmission:
      resubmission === null
        ? null
        : { type: textIn(resubmission, 'Type') ?? '', comment: textIn(resubmission, 'Comment') ?? '' },
  }
  return { ...read, problems: problemsOf(read, place) }
}

function activityOf(activity: XmlElement, currency: string): PostedActivity {
  const observations = childrenIn(activity, 'Observation')
  const site = observations.find((each) => textIn(each, 'Type') === DENTAL)
  return {
    id: textIn(activity, 'ID') ?? '',
    code: textIn(activity, 'Code') ?? '',
    day: fromXmlDay(textIn(activity, 'Start') ?? ''),
    quantity: textIn(activity, 'Quantity') ?? '',
    net: parseMinor(textIn(activity, 'Net') ?? '', currency),
    authorisation: textIn(activity, 'PriorAuthorizationID'),
    ...(site === undefined ? {} : readSite(textIn(site, 'Code') ?? '', textIn(site, 'Value'))),
    files: observations
      .filter((each) => textIn(each, 'Type') === 'File')
      .map((file) => ({
        kind: textIn(file, 'Code') ?? '',
        mediaType: textIn(file, 'ValueType'),
        base64: textIn(file, 'Value') ?? '',
      })),
  }
}

/**
 * Net = Gross − PatientShare, Σ Activity.Net = Net, every day a day of the calendar; no tolerance.
 */
function problemsOf(claim: Omit<PostedClaim, 'problems'>, place: string): string[] {
  const { gross, patientShare, net, activities } = claim
  const nets = activities.map((activity) => activity.net)
  if (gross === null || patientShare === null || net === null || nets.includes(null))
    return [`${place}: an amount has more decimals than its currency`]
  const problems = []
  if (gross - patientShare !== net) problems.push(`${place}: Net is not Gross less PatientShare`)
  if (sum(nets.map((each) => each ?? 0)) !== net) problems.push(`${place}: its activities don't add up to Net`)
  const undated = activities.findIndex((activity) => activity.day === null)
  if (undated >= 0) problems.push(`${place}: Activity ${undated + 1}: Start is no day of the calendar`)
  return problems
}
