import type { JsonObject } from '../../../adapters/formats/fhir/readJson.ts'
import { formatMinor, sum } from '../../../domain/amounts.ts'
import { emptyTransaction, type ReadTransaction } from '../report.ts'
import { checkDay, codeAt, currencyOf, listAt, look, moneyReader, numberAt, textAt } from './look.ts'
import { readDetails } from './readDetails.ts'

/** Reads a FHIR Claim: one claim with its items. */
export function readClaim(resource: JsonObject, place: string): ReadTransaction {
  const number = textAt(resource, 'identifier', 0, 'value') ?? textAt(resource, 'id')
  const report = emptyTransaction('claim', number)
  const { problems } = report
  const items = listAt(resource, 'item')
  const currency = currencyOf([look(resource, 'total'), ...items.map((item) => look(item, 'net'))])
  const money = moneyReader(currency, problems)
  const write = (amount: number | null) => (amount === null ? null : formatMinor(amount, currency))
  if (number === null)
    problems.push({ code: 'missing', where: `${place}.identifier`, message: 'the number of the claim is missing' })
  if (items.length === 0)
    problems.push({ code: 'missing', where: `${place}.item`, message: 'the claim has no service line' })
  checkDay(textAt(resource, 'created'), `${place}.created`, problems)
  const nets = items.map((item, index) => {
    const where = `${place}.item[${index}]`
    if (codeAt(item, 'productOrService') === null)
      problems.push({ code: 'missing', where: `${where}.productOrService`, message: 'the procedure is missing' })
    checkDay(textAt(item, 'servicedDate'), `${where}.servicedDate`, problems)
    return money(look(item, 'net'), `${where}.net`, true)
  })
  const whole = nets.filter((net) => net !== null)
  const stated = money(look(resource, 'total'), `${place}.total`, false)
  const added = whole.length === nets.length && nets.length > 0 ? sum(whole) : null
  if (stated !== null && added !== null && stated !== added) {
    problems.push({
      code: 'claim-balance',
      where: `${place}.total`,
      message: `the total says ${write(stated)}, the items come to ${write(added)}`,
    })
  }
  const charged = stated ?? added
  report.total = write(charged)
  const details = readDetails(resource)
  report.claims.push({
    claimId: number,
    reference: numberAt(resource, 'related', 0, 'claim'),
    status: purposeOf(resource),
    charged: write(charged),
    paid: null,
    patientResponsibility: null,
    lines: items.length,
    adjustments: [],
    ...(details === undefined ? {} : { details }),
  })
  return {
    report,
    title: 'FHIR Claim',
    notes: [
      ['payer', numberAt(resource, 'insurer') ?? ''],
      ['made on', textAt(resource, 'created') ?? ''],
    ],
    currency,
  }
}

/**
 * A cancelled Claim withdraws; one that names a prior claim replaces it; `use` says when it is no
 * claim for money yet.
 */
function purposeOf(resource: JsonObject): string {
  const use = textAt(resource, 'use')
  if (textAt(resource, 'status') === 'cancelled') return 'void'
  if (use !== null && use !== 'claim') return use
  return listAt(resource, 'related').some((related) => codeAt(related, 'relationship') === 'prior')
    ? 'replacement'
    : 'new'
}
