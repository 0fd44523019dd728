import { XMLParser } from 'fast-xml-parser'
import { toFils } from './amounts.ts'

/**
 * What the HMO reads from an uploaded file: its own reading, written from the format's description
 * and not from the product's writer.
 */
export interface XmlClaim {
  claimId: string
  memberId: string
  facilityId: string
  total: number
  activities: ReceivedActivity[]
  /** Type of the Resubmission; null for a first claim. */
  resubmission: string | null
  originalReference: string | null
  attachments: { kind: string; mediaType: string; size: number }[]
}

export interface ReceivedActivity {
  id: string
  code: string
  start: string
  net: number
  clinician: string
}

/** What is wrong, in the words of the error report. */
export interface GulfFault {
  code: string
  text: string
}

// biome-ignore lint/suspicious/noExplicitAny: a twin shares no schema with the product.
type Xml = any

const LISTS = new Set(['Claim', 'Activity', 'Observation', 'Diagnosis'])
const IN_ORDER =
  'ID IDPayer MemberID PayerID ProviderID EmiratesIDNumber Gross PatientShare Net Encounter Diagnosis Activity Resubmission Contract'

/** Reads and checks a file of one claim by the exchange's rules. */
export function readClaim(body: Buffer): XmlClaim | GulfFault[] {
  const text = body.toString('utf8')
  const parser = new XMLParser({ parseTagValue: false, isArray: (name) => LISTS.has(name) })
  let root: Xml
  try {
    if (/<!DOCTYPE/i.test(text)) throw new Error('DOCTYPE')
    root = parser.parse(text, true)['Claim.Submission']
  } catch {
    return [{ code: 'FILE-002', text: 'The file is not XML' }]
  }
  const claim: Xml = root?.Claim?.[0]
  if (!claim) return [{ code: 'FILE-003', text: 'A Claim.Submission is expected' }]
  const read = fieldsOf(claim)
  const faults = faultsOf(root, claim, read)
  return faults.length > 0 ? faults : read
}

function fieldsOf(claim: Xml): XmlClaim {
  const activities: Xml[] = claim.Activity ?? []
  const observations = activities.flatMap((activity: Xml) => (activity.Observation ?? []) as Xml[])
  return {
    claimId: claim.ID ?? '',
    memberId: claim.MemberID ?? '',
    facilityId: claim.ProviderID ?? '',
    total: toFils(claim.Net ?? '') ?? Number.NaN,
    activities: activities.map((activity: Xml) => ({
      id: activity.ID ?? '',
      code: activity.Code ?? '',
      start: activity.Start ?? '',
      net: toFils(activity.Net ?? '') ?? Number.NaN,
      clinician: activity.Clinician ?? '',
    })),
    resubmission: claim.Resubmission?.Type ?? null,
    originalReference: claim.IDPayer ?? null,
    attachments: observations
      .filter((each: Xml) => each.Type === 'File')
      .map((file: Xml) => ({
        kind: file.Code ?? '',
        mediaType: file.ValueType ?? '',
        size: Buffer.from(file.Value ?? '', 'base64').length,
      })),
  }
}

function faultsOf(root: Xml, claim: Xml, read: XmlClaim): GulfFault[] {
  const faults: GulfFault[] = []
  const need = (ok: boolean, code: string, text: string) => {
    if (!ok) faults.push({ code, text })
  }
  const order = Object.keys(claim)
  const wanted = IN_ORDER.split(' ').filter((name) => order.includes(name))
  need(order.join(' ') === wanted.join(' '), 'FILE-004', 'Elements are unknown or not in order')
  need(root.Header?.RecordCount === String(root.Claim.length), 'FILE-005', 'RecordCount is wrong')
  need(root.Header?.ReceiverID === 'INS026', 'FILE-006', 'ReceiverID is unknown')
  need(/^(TEST|PRODUCTION)$/.test(root.Header?.DispositionFlag), 'FILE-007', 'DispositionFlag is wrong')
  need(read.claimId !== '', 'CLAI-001', 'Claim.ID is missing')
  need(read.memberId !== '', 'CLAI-002', 'MemberID is missing')
  need(
    (claim.Diagnosis ?? []).some((each: Xml) => each.Type === 'Principal'),
    'CLAI-004',
    'No principal diagnosis',
  )
  need(read.activities.length > 0, 'CLAI-005', 'No activity')
  for (const [index, activity] of read.activities.entries()) {
    const raw = claim.Activity[index]
    const where = `Activity ${index + 1}`
    need(raw.Type === '6' && /^D\d{4}$/.test(activity.code), 'ACTI-001', `${where} is no dental service`)
    need(activity.clinician !== '', 'ACTI-002', `${where} names no clinician`)
    need(/^\d{2}\/\d{2}\/\d{4} \d{2}:\d{2}$/.test(activity.start), 'ACTI-003', `${where}: Start is malformed`)
    const tooth = (raw.Observation ?? []).find((each: Xml) => each.Type === 'Universal Dental')
    need(!/^D[237]/.test(activity.code) || tooth !== undefined, 'ACTI-004', `${where} names no tooth`)
  }
  const nets = read.activities.reduce((sum, activity) => sum + activity.net, 0)
  need(nets === read.total, 'CLAI-006', 'The activities do not add up to Net')
  const [gross, share] = [toFils(claim.Gross ?? ''), toFils(claim.PatientShare ?? '')]
  need(
    gross !== null && share !== null && gross - share === read.total,
    'CLAI-008',
    'Net is not Gross less PatientShare',
  )
  return faults
}
