import { complexType, oneOf, schemaOf, sequence, simpleType } from './schemaCommon.ts'

/** Prior.Authorization: a payer's answer to one request for authorisation. */
export const PRIOR_AUTHORIZATION = schemaOf(
  [
    `<xs:element name="Prior.Authorization">${sequence('Header:header', 'Authorization:authorization')}</xs:element>`,
    complexType(
      'authorization',
      'Result:result',
      'ID:id',
      'IDPayer:id',
      'DenialCode:id?',
      'Start:dayOrTime',
      'End:dayOrTime',
      'Limit:notNegative?',
      'Comments:text?',
      'Activity:activity*',
    ),
    complexType(
      'activity',
      'ID:id',
      'Type:activityType',
      'Code:id',
      'Quantity:quantity',
      'Net:notNegative',
      'List:notNegative?',
      'PatientShare:notNegative?',
      'PaymentAmount:notNegative',
      'DenialCode:id?',
      'Observation:observation*',
    ),
    simpleType('result', oneOf('Yes', 'No')),
  ].join(''),
)
