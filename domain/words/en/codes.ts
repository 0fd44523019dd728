import { reasonWords } from '../../money/adjustmentReasons.ts'

/**
 * What the codes of the public lists mean, in our own words and in English; the lists' own texts
 * are not ours to ship. A code that is not here is shown as it is.
 */

/** Claim status category codes (X12 external list 507). */
const CATEGORIES: Readonly<Record<string, string>> = {
  A3: 'returned, it cannot be processed',
  A4: 'not found',
  A6: 'missing',
  A7: 'not valid',
  A8: 'does not fit another field',
  F2: 'denied',
}

export interface FieldInWords {
  name: string
  remedy: string
}

const correct = (name: string): FieldInWords => ({ name, remedy: `correct the ${name} and submit the claim anew` })

/** Claim status codes (X12 external list 508): which field is meant, and what to do. */
export const FIELDS: Readonly<Record<string, FieldInWords>> = {
  21: { name: 'information', remedy: 'ask the provider which, correct it and submit the claim anew' },
  33: { name: 'membership', remedy: 'check name, birth date and member number, then submit the claim anew' },
  54: { name: 'a claim processed before', remedy: 'find that one before sending anything' },
  78: { name: 'another claim or line', remedy: 'find that one before sending anything' },
  88: { name: 'cover on the day of the service', remedy: 'check the enrolment and its dates' },
  97: { name: 'cover on the day of the service', remedy: 'check the enrolment and its dates' },
  116: { name: 'insurer', remedy: 'send it to the right one' },
  125: correct('name'),
  126: correct('address'),
  128: correct('tax number'),
  145: correct('specialty code'),
  153: correct('identification number'),
  157: correct('sex'),
  158: correct('birth date'),
  164: correct('member number'),
  171: {
    name: 'other insurance',
    remedy: 'say whether another insurer covers the patient, then submit the claim anew',
  },
  178: correct('charge'),
  187: correct('date of service'),
  188: correct('period of the statement'),
  239: { name: 'dental information', remedy: 'complete it and submit the claim anew' },
  240: correct('tooth surface'),
  241: correct('list of missing teeth'),
  242: correct('tooth, surface or quadrant'),
  244: correct('tooth'),
  249: correct('place of service'),
  252: { name: 'authorisation number', remedy: 'put the authorisation on the claim and submit it anew' },
  254: correct('principal diagnosis'),
  255: correct('diagnosis'),
  454: correct('procedure code'),
  476: correct('number of units'),
  488: correct('diagnosis of the service'),
  500: correct('postal code'),
  501: correct('state or province'),
  502: correct('city'),
  503: correct('street address'),
  504: correct('last name'),
  505: correct('first name'),
  507: correct('procedure code'),
  562: correct('NPI'),
}

/** Entity codes (X12 element 98): whose field is meant. */
export const ENTITIES: Readonly<Record<string, string>> = {
  IL: 'the insured',
  QC: 'the patient',
  '03': 'the dependent',
  '82': 'the treating dentist',
  '85': 'the billing practice',
  '87': 'the payee',
  '77': 'the place of service',
  '1P': 'the practice',
  '40': 'the receiver',
  '41': 'the sender',
  DN: 'the referring dentist',
  PR: 'the insurer',
}

/**
 * What a code means; null for one that we have no words for. A CARC may come with its group
 * (CO-96).
 */
export function codeInWords(list: string, code: string): string | null {
  if (list === 'CARC') return reasonWords(code.replace(/^[A-Z]{2}-/, ''))
  if (/^277.*category$/.test(list)) return CATEGORIES[code] ?? null
  return null
}
