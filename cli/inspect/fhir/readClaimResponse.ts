import type { JsonObject } from '../../../adapters/formats/fhir/readJson.ts'
import { formatMinor, type Minor, sum } from '../../../domain/amounts.ts'
import { type ClaimReport, emptyTransaction, type ReadTransaction } from '../report.ts'
import {
  checkDay,
  codeAt,
  currencyOf,
  listAt,
  look,
  type MoneyReader,
  moneyReader,
  numberAt,
  referenceAt,
  textAt,
} from './look.ts'

/**
 * Adjudication categories that say what the claim is about; every other amount takes something away
 * (source: FHIR R4 code system `adjudication`).
 */
const CHARGE = 'submitted'
const PAYABLE = 'benefit'
const INFORMS = new Set(['eligible', 'eligpercent', CHARGE, PAYABLE])
const PATIENT = new Set(['copay', 'deductible', 'coinsurance', 'unallocdeduct'])

interface Line {
  charged: Minor | null
  payable: Minor | null
  taken: { group: string; reason: string; amount: Minor | null }[]
  complete: boolean
}

/** Reads a FHIR ClaimResponse: how far a claim is, and what was decided of each item. */
export function readClaimResponse(resource: JsonObject, place: string): ReadTransaction {
  const report = emptyTransaction('status', textAt(resource, 'id'))
  const { problems } = report
  const items = listAt(resource, 'item')
  const currency = currencyOf([
    look(resource, 'payment', 'amount'),
    ...items.flatMap((item) => listAt(item, 'adjudication').map((each) => look(each, 'amount'))),
  ])
  const money = moneyReader(currency, problems)
  const write = (amount: Minor | null) => (amount === null ? null : formatMinor(amount, currency))
  const claimId = numberAt(resource, 'request')
  if (claimId === null)
    problems.push({ code: 'missing', where: `${place}.request`, message: 'it does not say which claim it answers' })
  if (textAt(resource, 'outcome') === null)
    problems.push({ code: 'missing', where: `${place}.outcome`, message: 'the outcome is missing' })
  checkDay(textAt(resource, 'created'), `${place}.created`, problems)
  const lines = items.map((item, index) => readLine(item, `${place}.item[${index}]`, money))
  for (const [index, line] of lines.entries()) {
    const difference = unexplained(line)
    if (difference < 0)
      problems.push({
        code: 'line-balance',
        where: `${place}.item[${index}]`,
        message: `benefit and adjustments are ${write(-difference)} more than was submitted`,
      })
  }
  const taken = lines.flatMap((line) => line.taken)
  const claim: ClaimReport = {
    claimId,
    reference: referenceAt(resource, 'request'),
    status: statusOf(resource, lines),
    charged: write(total(lines.map(({ charged }) => charged))),
    paid: write(
      money(look(resource, 'payment', 'amount'), `${place}.payment.amount`, false) ??
        total(lines.map(({ payable }) => payable)),
    ),
    patientResponsibility: write(
      lines.length === 0
        ? null
        : (total(taken.filter(({ group }) => PATIENT.has(group)).map(({ amount }) => amount)) ?? 0),
    ),
    lines: lines.length,
    adjustments: taken.map((each) => ({ ...each, amount: write(each.amount) })),
  }
  report.claims.push(claim)
  const notes: ReadTransaction['notes'] = [
    ['made on', textAt(resource, 'created') ?? ''],
    ['outcome', textAt(resource, 'outcome') ?? ''],
    ['in their words', textAt(resource, 'disposition') ?? ''],
  ]
  for (const error of listAt(resource, 'error')) notes.push(['error', codeAt(error, 'code') ?? ''])
  return { report, title: 'FHIR ClaimResponse', notes, currency }
}

function readLine(item: JsonObject, place: string, money: MoneyReader): Line {
  const line: Line = { charged: null, payable: null, taken: [], complete: true }
  for (const [index, adjudication] of listAt(item, 'adjudication').entries()) {
    const where = `${place}.adjudication[${index}]`
    const category = codeAt(adjudication, 'category') ?? ''
    const amount = money(look(adjudication, 'amount'), `${where}.amount`, false)
    if (look(adjudication, 'amount') !== undefined && amount === null) line.complete = false
    if (category === CHARGE) line.charged = amount
    if (category === PAYABLE) line.payable = amount
    if (INFORMS.has(category) || look(adjudication, 'amount') === undefined) continue
    line.taken.push({ group: category, reason: codeAt(adjudication, 'reason') ?? '', amount })
  }
  return line
}

/**
 * Submitted less adjustments less benefit. What a payer keeps without an explanation is positive,
 * which is no fault of the document.
 */
function unexplained({ charged, payable, taken, complete }: Line): Minor {
  if (!complete || charged === null || payable === null) return 0
  return charged - payable - sum(taken.map(({ amount }) => amount ?? 0))
}

function total(amounts: (Minor | null)[]): Minor | null {
  const known = amounts.filter((amount) => amount !== null)
  return known.length === 0 || known.length < amounts.length ? null : sum(known)
}

/** `outcome` is about processing; what was decided stands in the items. */
function statusOf(resource: JsonObject, lines: Line[]): string | null {
  const outcome = textAt(resource, 'outcome')
  if (outcome === 'queued') return 'received'
  if (outcome === 'error') return 'rejected-front-end'
  if ((outcome !== 'complete' && outcome !== 'partial') || lines.length === 0) return outcome
  const payable = lines.map((line) => line.payable)
  return payable.includes(null) ? outcome : 'processed'
}
