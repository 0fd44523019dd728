import type { Submission } from '../../../domain/claim.ts'
import { FormatRefusal } from '../../../domain/claims/formatRefusal.ts'
import type { BatchContext, Context, HttpOut, OpenClaim, Part } from '../../contract.ts'
import { oralClaim } from '../../formats/fhir/claim.ts'
import { suppliedPapers } from '../../formats/fhir/communication.ts'
import { writeJson } from '../../formats/fhir/writeJson.ts'
import { declaration, type HarborSettings } from './declaration.ts'

const FHIR_JSON = 'application/fhir+json'

/** What one POST carries. */
interface Content {
  path: '/Claim' | '/Communication'
  json: string
}

/** One claim as a FHIR Claim in JSON; the papers of a supplement as a Communication. */
export function encode(submission: Submission, ctx: Context<HarborSettings>): Part {
  const options = {
    payerId: ctx.settings.payerId,
    facilityId: ctx.settings.facilityId,
    created: ctx.now,
    test: ctx.mode === 'test',
    attachment: ctx.attachment,
  }
  const content: Content =
    submission.purpose === 'supplement'
      ? { path: '/Communication', json: writeJson(suppliedPapers(submission, options)) }
      : { path: '/Claim', json: writeJson(oralClaim(submission, options)) }
  return { submissionNumber: submission.submissionNumber, content }
}

/** One POST a claim: Harbor Health takes no batches. */
export function assemble(parts: Part[]): HttpOut[] {
  return parts.map((part) => {
    const { path, json } = part.content as Content
    const body = new TextEncoder().encode(json)
    if (body.byteLength > declaration.limits.messageBytes) {
      throw new FormatRefusal(
        `submission ${part.submissionNumber}`,
        'with its attachments it is larger than 30 MB: make them smaller or take some off',
      )
    }
    return {
      transport: 'http',
      method: 'POST',
      path,
      headers: { 'content-type': FHIR_JSON, accept: FHIR_JSON },
      body,
      about: part.submissionNumber,
    }
  })
}

/**
 * One search for each claim: an empty answer to a search for several would not tell which are
 * missing.
 */
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
