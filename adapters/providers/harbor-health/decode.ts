import { type Context, type InMessage, type Notice, unreadable } from '../../contract.ts'
import { type Bundle, readBundle } from '../../formats/fhir/bundle.ts'
import { codeIn } from '../../formats/fhir/datatypes.ts'
import { isObject, type JsonObject, readJson } from '../../formats/fhir/readJson.ts'
import { operationOutcome } from '../../formats/fhir/resources.ts'
import { ourWord } from '../../formats/ourWord.ts'
import { ISSUES, SYSTEMS } from './codes.ts'
import type { HarborSettings } from './declaration.ts'
import { decodeClaimResponse } from './decodeClaimResponse.ts'
import { decodeCommunicationRequest } from './decodeCommunicationRequest.ts'
import { decodePayment } from './decodePayment.ts'
import { saidOf } from './readAnswer.ts'

type Http = Extract<InMessage, { transport: 'http' }>

/**
 * What a pushed, collected or asked-for document says. One bad resource in a Bundle spoils only
 * itself.
 */
export function decode(message: InMessage, ctx: Context<HarborSettings>): Notice[] {
  if (message.transport !== 'http') return [unreadable('it did not come over HTTP')]
  const read = readJson(message.body)
  if (!read.ok) return [message.about === undefined ? unreadable(read.because) : inquiryFailed(message.about, [])]
  if (!isObject(read.value)) return [unreadable('it is no FHIR resource')]
  const bundle = readBundle(read.value)
  if (bundle === null) return decodeResource(read.value, message, ctx)
  const notices = bundle.resources.flatMap((resource) => decodeResource(resource, message, ctx))
  return message.about === undefined || notices.length > 0 ? notices : [nothingFound(bundle, message.about)]
}

function decodeResource(resource: JsonObject, message: Http, ctx: Context<HarborSettings>): Notice[] {
  switch (resource.resourceType) {
    case 'ClaimResponse':
      return [decodeClaimResponse(resource, ctx)]
    case 'PaymentReconciliation':
      return [decodePayment(resource, ctx)]
    case 'CommunicationRequest':
      return decodeCommunicationRequest(resource)
    case 'OperationOutcome':
      return [decodeOutcome(resource, message)]
    case 'Bundle':
      return [unreadable('it is a broken Bundle, or one inside another')]
    default:
      return [unreadable(`it is a resource that Harbor Health does not send (${typeName(resource)})`)]
  }
}

function typeName({ resourceType }: JsonObject): string {
  return typeof resourceType === 'string' && /^[A-Za-z]{1,40}$/.test(resourceType) ? resourceType : 'without a type'
}

/** Their refusal to answer an inquiry says nothing about the claim. */
function decodeOutcome(resource: JsonObject, { about }: Http): Notice {
  const outcome = operationOutcome.safeParse(resource)
  if (about === undefined || !outcome.success) return unreadable('it is an OperationOutcome that answers nothing')
  return inquiryFailed(about, saidOf(outcome.data))
}

/**
 * No ClaimResponse: either Harbor has the claim and has not acknowledged it, or it has no such
 * claim.
 */
function nothingFound(bundle: Bundle, about: string): Notice {
  const match = { submissionNumber: about, references: [] }
  for (const outcome of bundle.outcomes) {
    const read = operationOutcome.safeParse(outcome)
    const onFile =
      read.success &&
      read.data.issue.some((issue) => ourWord(ISSUES, codeIn(issue.details, SYSTEMS.issue)) === 'on_file')
    if (onFile) return { kind: 'claim', match, fact: { type: 'forwarded' }, said: saidOf(read.data), references: [] }
  }
  if (bundle.type !== 'searchset' || bundle.outcomes.length > 0) return inquiryFailed(about, [])
  return { kind: 'claim', match, fact: { type: 'not_found' }, said: [], references: [] }
}

function inquiryFailed(about: string, said: ReturnType<typeof saidOf>): Notice {
  return {
    kind: 'claim',
    match: { submissionNumber: about, references: [] },
    fact: { type: 'inquiry_failed' },
    said,
    references: [],
  }
}
