import { type Minor, sum } from '../../../domain/amounts.ts'
import type { Adjustment } from '../../../domain/money/lineDecision.ts'
import type { RemittanceClaim, RemittanceLine } from '../../../domain/money/remittance.ts'
import { readActivityId } from '../../formats/xml/activityId.ts'
import type { PaidActivity, XmlPaidClaim } from '../../formats/xml/remittanceAdvice.ts'
import { meaningOfDenial } from './codes.ts'

/**
 * `settled`: paid in full, or its denial code says why not. `unexplained`: less than Net and not a
 * word why: a part payment. `taken_back`: a negative payment.
 */
const WAYS = ['settled', 'unexplained', 'taken_back'] as const
type Way = (typeof WAYS)[number]

/**
 * One claim of a Remittance.Advice, in up to three parts, each activity in exactly one: only what
 * is explained is a decision; of the rest only the money is known, and what it leaves open stays
 * open.
 */
export function remittanceClaims(claim: XmlPaidClaim): RemittanceClaim[] {
  return WAYS.flatMap((way) => {
    const activities = claim.activities.filter((activity) => wayOf(activity, claim) === way)
    return activities.length === 0 ? [] : [partOf(claim, activities, way)]
  })
}

function wayOf(activity: PaidActivity, claim: XmlPaidClaim): Way {
  const { net, gross, patientShare, paid } = activity
  if (paid < 0) return 'taken_back'
  // What contradicts itself, or pays more than Net, breaks the balance of a decision: it is
  // quarantined and not posted.
  if (paid > net || (gross !== null && gross - (patientShare ?? 0) !== net)) return 'settled'
  return paid === net || denialOf(activity, claim) !== null ? 'settled' : 'unexplained'
}

function partOf(claim: XmlPaidClaim, activities: PaidActivity[], way: Way): RemittanceClaim {
  const shares = activities.map((activity) => activity.patientShare)
  const denied = way === 'settled' && claim.denialCode !== null && claim.activities.every(({ paid }) => paid === 0)
  const number = submissionNumberOf(claim)
  const lines = activities.map((activity) => lineOf(activity, claim, way, number))
  return {
    ...(number === null ? {} : { submissionNumber: number }),
    // Corrections keep the claim's ID, and the IDs of its activities (NOTES.md).
    ...(number !== null && number === claim.id.toUpperCase() ? { keepsNumbers: true as const } : {}),
    references: [{ type: 'claim-number', value: claim.idPayer }],
    kind: way === 'taken_back' ? 'reversal' : 'payment',
    outcome: denied ? 'denied' : 'processed',
    charged: sum(lines.map((line) => line.charged)),
    paid: sum(lines.map((line) => line.paid)),
    patientResponsibility: shares.includes(null) ? null : sum(shares.map((share) => share ?? 0)),
    adjustments: [],
    lines,
    itemised: way === 'settled',
    restates: true,
    said: codesOf(claim, activities).map((code) => ({ list: 'denial', code })),
    ...memberOf(claim),
  }
}

/** The payer's own number of the member corrects ours where it is another form of it. */
function memberOf({ memberId, memberName }: XmlPaidClaim): Pick<RemittanceClaim, 'marks' | 'correction'> {
  if (memberId === null && memberName === null) return {}
  return {
    marks: {
      ...(memberName === null ? {} : { patient: { name: memberName } }),
      ...(memberId === null ? {} : { memberIds: [memberId] }),
    },
    ...(memberId === null ? {} : { correction: { memberId } }),
  }
}

function lineOf(activity: PaidActivity, claim: XmlPaidClaim, way: Way, number: string | null): RemittanceLine {
  const { net, gross, patientShare, paid } = activity
  const charge = gross ?? net + (patientShare ?? 0)
  return {
    controlNumber: controlNumberOf(activity.id, number),
    code: activity.code,
    charged: way === 'taken_back' ? -charge : charge,
    paid,
    adjustments: way === 'settled' ? adjustmentsOf(activity, denialOf(activity, claim)) : [],
    ...(activity.day === null ? {} : { day: activity.day }),
  }
}

/**
 * A service that a correction added has an ID with the correction's own number: it is kept whole.
 */
function controlNumberOf(activityId: string, number: string | null): string | null {
  const id = readActivityId(activityId)
  if (id === null) return null
  return number === null || id.submissionNumber === number ? id.controlNumber : activityId
}

/** Why Gross was not paid in full: the patient's share, and what the denial code takes from Net. */
function adjustmentsOf({ net, patientShare, paid }: PaidActivity, denialCode: string | null): Adjustment[] {
  const adjustments: Adjustment[] = []
  const add = (meaning: Pick<Adjustment, 'bucket' | 'means'>, amount: Minor, code: string, list: string) => {
    if (amount !== 0) adjustments.push({ ...meaning, amount, said: { list, code } })
  }
  add({ bucket: 'patient' }, patientShare ?? 0, 'PatientShare', 'activity')
  if (denialCode !== null && paid < net) add(meaningOfDenial(denialCode), net - paid, denialCode, 'denial')
  return adjustments
}

function denialOf(activity: PaidActivity, claim: XmlPaidClaim): string | null {
  return activity.denialCode ?? claim.denialCode
}

/**
 * The sending that all activities name: the first, whose IDs all corrections keep. Where they don't
 * agree, the claim's own ID says at least which claim.
 */
function submissionNumberOf({ id, activities }: XmlPaidClaim): string | null {
  const numbers = new Set(activities.map((activity) => readActivityId(activity.id)?.submissionNumber ?? null))
  const [only] = numbers
  if (numbers.size === 1 && only) return only
  return /^[0-9A-HJKMNP-TV-Z]{16}$/i.test(id) ? id.toUpperCase() : null
}

function codesOf(claim: XmlPaidClaim, activities: PaidActivity[]): string[] {
  const codes = [claim.denialCode, ...activities.map((activity) => activity.denialCode)]
  return [...new Set(codes.filter((code) => code !== null))]
}
