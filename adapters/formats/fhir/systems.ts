/**
 * Code systems and identifier systems in the Claims that we write (source: hl7.org/fhir/R4
 * terminologies; our own for our numbers).
 */
export const SYSTEMS = {
  submissionNumber: 'https://claimhub.example/fhir/submission-number',
  documentKind: 'https://claimhub.example/fhir/document-kind',
  accreditation: 'https://claimhub.example/fhir/accreditation',
  licence: 'https://claimhub.example/fhir/licence',
  npi: 'http://hl7.org/fhir/sid/us-npi',
  taxId: 'urn:oid:2.16.840.1.113883.4.4',
  claimType: 'http://terminology.hl7.org/CodeSystem/claim-type',
  processPriority: 'http://terminology.hl7.org/CodeSystem/processpriority',
  relatedClaim: 'http://terminology.hl7.org/CodeSystem/ex-relatedclaimrelationship',
  informationCategory: 'http://terminology.hl7.org/CodeSystem/claiminformationcategory',
  careTeamRole: 'http://terminology.hl7.org/CodeSystem/claimcareteamrole',
  subscriberRelationship: 'http://terminology.hl7.org/CodeSystem/subscriber-relationship',
  coverageClass: 'http://terminology.hl7.org/CodeSystem/coverage-class',
  actReason: 'http://terminology.hl7.org/CodeSystem/v3-ActReason',
  /** Ours, for what the list of adjudications has no word for. */
  ownAdjudication: 'https://claimhub.example/fhir/adjudication',
  adjustmentGroup: 'https://x12.org/codes/claim-adjustment-group-codes',
  adjustmentReason: 'https://x12.org/codes/claim-adjustment-reason-codes',
  adjudication: 'http://terminology.hl7.org/CodeSystem/adjudication',
  paymentType: 'http://terminology.hl7.org/CodeSystem/payment-type',
  cdt: 'http://www.ada.org/cdt',
  fdiTooth: 'http://terminology.hl7.org/CodeSystem/ex-tooth',
  fdiSurface: 'http://terminology.hl7.org/CodeSystem/FDI-surface',
  fdiArea: 'urn:iso:std:iso:3950:area',
  'icd-10': 'http://hl7.org/fhir/sid/icd-10',
  'icd-10-cm': 'http://hl7.org/fhir/sid/icd-10-cm',
} as const
