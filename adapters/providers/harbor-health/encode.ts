import type { Submission } from '../../../domain/claim.ts'
import type { BatchContext, Context, HttpOut, OpenClaim, Part } from '../../contract.ts'
import { oralClaim } from '../../formats/fhir/claim.ts'
import { writeJson } from '../../formats/fhir/writeJson.ts'
import { declaration, type HarborSettings } from './declaration.ts'

const FHIR_JSON = 'application/fhir+json'

/** One claim as a FHIR Claim in JSON. */
export function encode(submission: Submission, ctx: Context<HarborSettings>): Part {
  const claim = oralClaim(submission, {
    payerId: ctx.settings.payerId,
    facilityId: ctx.settings.facilityId,
    created: ctx.now,
    test: ctx.mode === 'test',
    attachment: ctx.attachment,
  })
  return { submissionNumber: submission.submissionNumber, content: writeJson(claim) }
}

/** One POST a claim: Harbor Health takes no batches. */
export function assemble(parts: Part[]): HttpOut[] {
  return parts.map((part) => {
    const body = new TextEncoder().encode(part.content as string)
    if (body.byteLength > declaration.limits.messageBytes) {
      throw new Error(`submission ${part.submissionNumber}: with its attachments it is larger than 30 MB`)
    }
    return {
      transport: 'http',
      method: 'POST',
      path: '/Claim',
      headers: { 'content-type': FHIR_JSON, accept: FHIR_JSON },
      body,
      about: part.submissionNumber,
    }
  })
}

/** One search a claim: an empty answer says nothing about whom it is empty for. */
export function ask(claims: OpenClaim[], _ctx: BatchContext<HarborSettings>): HttpOut[] {
  return claims.map(({ submission: { submissionNumber } }) => ({
    transport: 'http',
    method: 'GET',
    path: `/ClaimResponse?request.identifier=${encodeURIComponent(submissionNumber)}`,
    headers: { accept: FHIR_JSON },
    body: null,
    about: submissionNumber,
  }))
}
