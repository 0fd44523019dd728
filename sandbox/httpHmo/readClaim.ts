import { toMinor } from './money.ts'

/**
 * What the HMO reads from a Claim: its own reading, written from the FHIR specification and not
 * from the product's writer.
 */
export interface FhirClaim {
  submissionNumber: string
  cancelled: boolean
  memberId: string
  payerId: string
  facilityId: string
  currency: string
  total: number
  /**
   * `taken`: what another insurer, which pays first, paid for the line or gave up by its contract.
   */
  lines: { sequence: number; code: string; charge: number; taken: number }[]
  /** The HMO's claim number that the claim names as its predecessor; empty when it names none. */
  originalReference: string | null
  originalSubmissionNumber: string | null
  attachments: { kind: string; contentType: string; size: number }[]
}

/** What is wrong, in the words of an OperationOutcome. */
export interface HarborFault {
  code: string
  text: string
}

const SUBMISSION_NUMBER = /submission-number$/

// biome-ignore lint/suspicious/noExplicitAny: a twin shares no schema with the product.
type Json = any

/** Reads and checks a Claim by the HMO's rules. */
export function readClaim(body: Buffer): FhirClaim | HarborFault[] {
  let claim: Json
  try {
    claim = JSON.parse(body.toString('utf8'))
  } catch {
    return [{ code: 'structure', text: 'The body is not JSON' }]
  }
  if (claim?.resourceType !== 'Claim') return [{ code: 'structure', text: 'A Claim is expected' }]
  const read = fieldsOf(claim)
  const faults = faultsOf(claim, read)
  return faults.length > 0 ? faults : read
}

function fieldsOf(claim: Json): FhirClaim {
  const contained: Json[] = claim.contained ?? []
  const find = (reference: string | undefined) => contained.find((each) => `#${each.id}` === reference)
  const coverage = find(claim.insurance?.find((each: Json) => each.focal)?.coverage?.reference)
  const currency: string = claim.total?.currency ?? ''
  const related: Json = claim.related?.[0]?.claim
  const before = find(claim.insurance?.find((each: Json) => each.focal === false)?.claimResponse?.reference)
  return {
    submissionNumber: ours(claim.identifier) ?? '',
    cancelled: claim.status === 'cancelled',
    memberId: coverage?.subscriberId ?? '',
    payerId: claim.insurer?.identifier?.value ?? '',
    facilityId: claim.facility?.identifier?.value ?? '',
    currency,
    total: toMinor(claim.total?.value, currency) ?? Number.NaN,
    lines: (claim.item ?? []).map((item: Json) => ({
      sequence: item.sequence,
      code: item.productOrService?.coding?.[0]?.code ?? '',
      charge: toMinor(item.net?.value, currency) ?? Number.NaN,
      taken: takenOf(before, item.sequence, currency),
    })),
    originalReference: related
      ? (related.reference ?? claim.related[0].reference?.value ?? '').replace(/^Claim\//, '')
      : null,
    originalSubmissionNumber: related?.identifier ? ours([related.identifier]) : null,
    attachments: (claim.supportingInfo ?? []).flatMap((info: Json) =>
      info.valueAttachment
        ? [
            {
              kind: info.code?.coding?.[0]?.code ?? '',
              contentType: info.valueAttachment.contentType ?? '',
              size: Buffer.from(info.valueAttachment.data ?? '', 'base64').length,
            },
          ]
        : [],
    ),
  }
}

/** Benefit and contractual cut (CO-45) of the line in the first insurer's ClaimResponse. */
function takenOf(before: Json, sequence: number, currency: string): number {
  const item = (before?.item ?? []).find((each: Json) => each.itemSequence === sequence)
  const parts: Json[] = (item?.adjudication ?? []).filter((each: Json) => {
    const reasons: string[] = (each.reason?.coding ?? []).map((coding: Json) => coding.code)
    const benefit = each.category?.coding?.[0]?.code === 'benefit'
    return benefit || (reasons.includes('CO') && reasons.includes('45'))
  })
  return parts.reduce((total, each) => total + (toMinor(each.amount?.value, currency) ?? 0), 0)
}

function ours(identifiers: Json[] | undefined): string | null {
  return identifiers?.find((each) => SUBMISSION_NUMBER.test(each?.system ?? ''))?.value ?? null
}

function faultsOf(claim: Json, read: FhirClaim): HarborFault[] {
  const faults: HarborFault[] = []
  const need = (ok: boolean, code: string, text: string) => {
    if (!ok) faults.push({ code, text })
  }
  need(/^[0-9A-Z]{16}$/i.test(read.submissionNumber), 'required', 'Claim.identifier is missing')
  need(claim.type?.coding?.[0]?.code === 'oral' && claim.use === 'claim', 'value', 'Only oral claims are taken')
  need(read.memberId !== '', 'required', 'Coverage.subscriberId is missing')
  need(read.payerId === 'HARBOR', 'unknown-payer', 'Claim.insurer is not Harbor Health')
  need(read.facilityId !== '', 'required', 'Claim.facility is missing')
  need(/^[A-Z]{3}$/.test(read.currency) && !Number.isNaN(read.total), 'value', 'Claim.total is missing or malformed')
  need(read.lines.length > 0, 'required', 'Claim.item is missing')
  need(
    read.lines.every((line) => /^D\d{4}$/.test(line.code)),
    'unknown-procedure',
    'A procedure is no CDT code',
  )
  const sum = read.lines.reduce((total, line) => total + line.charge, 0)
  need(sum === read.total, 'total', 'Claim.total is not the sum of its items')
  for (const item of claim.item ?? []) {
    const site = item.bodySite?.coding?.[0]
    const tooth = site && /ex-tooth$|iso:3950$/.test(site.system ?? '') ? site.code : null
    need(tooth === null || /^([1-4][1-8]|[5-8][1-5])$/.test(tooth), 'tooth', 'A tooth is not in FDI notation')
  }
  return faults
}
