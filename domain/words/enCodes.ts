/**
 * What the codes of the public lists mean, in our own words and in English; the lists' own texts
 * are not ours to ship. A code that is not here is shown as it is.
 */

/** Claim adjustment reason codes (X12 external list 139). */
const CARC: Readonly<Record<string, string>> = {
  1: 'counts towards the deductible',
  2: 'the patient’s share in percent',
  3: 'the patient’s fixed share',
  4: 'the procedure does not fit its modifier',
  6: 'the procedure does not fit the patient’s age',
  11: 'the diagnosis does not fit the procedure',
  16: 'information is missing or wrong: correct it and send it again',
  18: 'an exact duplicate of another claim: find the first one before sending anything',
  22: 'another insurer may have to pay first: claim from that one first',
  23: 'settled by what another insurer paid',
  24: 'covered by a capitation contract',
  26: 'the service was before the cover began',
  27: 'the service was after the cover ended',
  29: 'the filing limit had passed',
  31: 'the patient cannot be found as a member: check name, birth date and member number',
  35: 'the lifetime maximum is used up',
  39: 'it was not authorised when that was asked for',
  45: 'above the agreed fee',
  49: 'routine or preventive care that the plan does not cover',
  50: 'not held to be medically necessary',
  51: 'an earlier condition that the plan does not cover',
  55: 'held to be experimental',
  96: 'not covered',
  97: 'included in the payment for another service',
  107: 'the service that it belongs to was not claimed',
  109: 'another insurer or contractor is responsible: send it there',
  119: 'the maximum of the benefit is used up',
  140: 'name and member number do not belong together',
  146: 'the diagnosis is not valid on the day of the service',
  149: 'the lifetime maximum of this benefit is used up',
  150: 'the papers do not support a service of this extent',
  151: 'the papers do not support so many services',
  169: 'a cheaper treatment is paid for instead',
  181: 'the procedure code was not valid on the day of the service',
  197: 'there is no authorisation for it: ask for one, then appeal',
  198: 'more than was authorised',
  204: 'not covered by the patient’s plan',
  226: 'the provider did not get from the clinic what it asked for: send it',
  227: 'the provider did not get from the patient what it asked for',
  231: 'it cannot be claimed together with another service of that day',
  242: 'the dentist is not in the network',
  252: 'a paper is missing: attach it and send it again',
  A1: 'denied',
}

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
  if (list === 'CARC') return CARC[code.replace(/^[A-Z]{2}-/, '')] ?? null
  if (/^277.*category$/.test(list)) return CATEGORIES[code] ?? null
  return null
}
