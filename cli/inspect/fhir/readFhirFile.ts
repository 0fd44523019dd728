import { isObject, type JsonObject, readJson } from '../../../adapters/formats/fhir/readJson.ts'
import { emptyTransaction, type Reading, type ReadTransaction } from '../report.ts'
import { codeAt, listAt, look, numberAt, textAt } from './look.ts'
import { readClaim } from './readClaim.ts'
import { readClaimResponse } from './readClaimResponse.ts'
import { readPaymentResource } from './readPaymentResource.ts'

const MEDIA_TYPE = 'application/fhir+json'

const READERS: Readonly<Record<string, (resource: JsonObject, place: string) => ReadTransaction>> = {
  Claim: readClaim,
  ClaimResponse: readClaimResponse,
  PaymentReconciliation: readPaymentResource,
  CommunicationRequest: readRequestForPapers,
  OperationOutcome: readOutcome,
}

/**
 * Reads a FHIR resource or a Bundle of them. Resources in a Bundle that say nothing of claims
 * (Patient, Organization …) are passed over.
 */
export function readFhirFile(bytes: Uint8Array): Reading {
  const json = readJson(bytes)
  if (!json.ok) return { readable: false, mediaType: 'application/json', because: json.because }
  if (!isObject(json.value) || textAt(json.value, 'resourceType') === null)
    return { readable: false, mediaType: 'application/json', because: 'JSON, but no FHIR resource' }
  const resources =
    look(json.value, 'resourceType') === 'Bundle'
      ? inBundle(json.value)
      : [{ resource: json.value, place: typeOf(json.value) }]
  const transactions = resources.flatMap(({ resource, place }) => {
    const type = typeOf(resource)
    const reader = Object.hasOwn(READERS, type) ? READERS[type] : undefined
    return reader === undefined ? [] : [reader(resource, place)]
  })
  if (transactions.length > 0) return { readable: true, mediaType: MEDIA_TYPE, transactions }
  const because =
    resources.length === 0
      ? 'a Bundle that holds nothing'
      : `FHIR without a resource about claims (${typeOf(resources[0]?.resource)})`
  return { readable: false, mediaType: MEDIA_TYPE, because }
}

function inBundle(bundle: JsonObject): { resource: JsonObject; place: string }[] {
  return listAt(bundle, 'entry').flatMap((entry, index) => {
    const resource = look(entry, 'resource')
    return isObject(resource) ? [{ resource, place: `entry[${index}].${typeOf(resource)}` }] : []
  })
}

function typeOf(resource: JsonObject | undefined): string {
  const type = textAt(resource, 'resourceType') ?? ''
  return /^[A-Za-z]{1,40}$/.test(type) ? type : 'resource'
}

function readRequestForPapers(resource: JsonObject, place: string): ReadTransaction {
  const report = emptyTransaction('status', textAt(resource, 'id'))
  const about = listAt(resource, 'about')
  if (about.length === 0)
    report.problems.push({
      code: 'missing',
      where: `${place}.about`,
      message: 'it does not say which claim it is about',
    })
  for (const claim of about) report.claims.push(statusOnly(numberAt(claim), 'documents-requested'))
  return {
    report,
    title: 'FHIR CommunicationRequest',
    notes: listAt(resource, 'payload').map((each): [string, string] => [
      'asks for',
      textAt(each, 'contentString') ?? '',
    ]),
    currency: 'USD',
  }
}

function readOutcome(resource: JsonObject): ReadTransaction {
  return {
    report: emptyTransaction('acknowledgement', textAt(resource, 'id')),
    title: 'FHIR OperationOutcome',
    notes: listAt(resource, 'issue').map((issue): [string, string] => [
      textAt(issue, 'severity') ?? 'issue',
      codeAt(issue, 'details') ?? textAt(issue, 'code') ?? '',
    ]),
    currency: 'USD',
  }
}

function statusOnly(claimId: string | null, status: string) {
  return {
    claimId,
    reference: null,
    status,
    charged: null,
    paid: null,
    patientResponsibility: null,
    lines: 0,
    adjustments: [],
  }
}
