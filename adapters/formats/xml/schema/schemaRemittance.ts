import { complexType, schemaOf, sequence } from './schemaCommon.ts'

/** Remittance.Advice: what a payer paid of claims, activity by activity. */
export const REMITTANCE_ADVICE = schemaOf(
  [
    `<xs:element name="Remittance.Advice">${sequence('Header:header', 'Claim:claim+')}</xs:element>`,
    complexType(
      'claim',
      'ID:id',
      'IDPayer:id',
      'ProviderID:id?',
      'DenialCode:id?',
      'PaymentReference:id',
      'DateSettlement:dayOrTime?',
      'Encounter:encounter?',
      'Activity:activity+',
    ),
    complexType('encounter', 'FacilityID:id'),
    complexType(
      'activity',
      'ID:id',
      'Start:time',
      'Type:activityType',
      'Code:id',
      'Quantity:quantity',
      'Net:notNegative',
      'List:notNegative?',
      'OrderingClinician:id?',
      'Clinician:id?',
      'PriorAuthorizationID:id?',
      'Gross:notNegative?',
      'PatientShare:notNegative?',
      'PaymentAmount:amount',
      'DenialCode:id?',
    ),
  ].join(''),
)
