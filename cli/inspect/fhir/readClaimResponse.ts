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
 * Adjudication categories that say what the claim is about, `tax` among them: it says how much of
 * an amount is tax. Every other amount takes something away (source: FHIR R4 code system
 * `adjudication`; `approved-quantity` of NPHIES).
 */
const CHARGE = 'submitted'
const PAYABLE = 'benefit'
const INFORMS = new Set(['eligible', 'eligpercent', 'tax', 'approved-quantity', CHARGE, PAYABLE])
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
  const items = placedItems(resource, place)
  const currency = currencyOf([
    look(resource, 'payment', 'amount'),
    ...[...items.map(({ item }) => item), resource].flatMap((item) =>
      listAt(item, 'adjudication').map((each) => look(each, 'amount')),
    ),
    ...listAt(resource, 'total').map((each) => look(each, 'amount')),
  ])
  const money = moneyReader(currency, problems)
  const write = (amount: Minor | null) => (amount === null ? null : formatMinor(amount, currency))
  const claimId = numberAt(resource, 'request')
  if (claimId === null)
    problems.push({ code: 'missing', where: `${place}.request`, message: 'it does not say which claim it answers' })
  if (textAt(resource, 'outcome') === null)
    problems.push({ code: 'missing', where: `${place}.outcome`, message: 'the outcome is missing' })
  checkDay(textAt(resource, 'created'), `${place}.created`, problems)
  const lines = items.map(({ item, where }) => readLine(item, where, money))
  const header = headerOf(resource, place, money)
  for (const [index, line] of [...lines, header].entries()) {
    const difference = unexplained(line)
    if (difference < 0)
      problems.push({
        code: items[index] === undefined ? 'claim-balance' : 'line-balance',
        where: items[index]?.where ?? `${place}.adjudication`,
        message: `benefit and adjustments are ${write(-difference)} more than was submitted`,
      })
  }
  const charged = total(lines.map((line) => line.charged))
  const payable = total(lines.map((line) => line.payable))
  if (lines.length > 0 && differs(header.payable, payable))
    problems.push({
      code: 'claim-balance',
      where: place,
      message: `the items have a benefit of ${write(payable)}, the claim as a whole one of ${write(header.payable)}`,
    })
  if (items.some(({ isAdded }) => isAdded))
    problems.push({ code: 'unknown-code', where: `${place}.addItem`, message: 'the payer added lines of its own' })
  const taken = [...lines, header].flatMap((line) => line.taken)
  const claim: ClaimReport = {
    claimId,
    reference: referenceAt(resource, 'request'),
    status: statusOf(resource, lines.length === 0 && header.payable !== null ? [header] : lines),
    charged: write(charged ?? header.charged),
    paid: write(
      money(look(resource, 'payment', 'amount'), `${place}.payment.amount`, false) ?? payable ?? header.payable,
    ),
    patientResponsibility: write(
      lines.length === 0 && taken.length === 0
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

/** The items, and those that the payer added, with their places. */
function placedItems(resource: JsonObject, place: string) {
  return (['item', 'addItem'] as const).flatMap((list) =>
    listAt(resource, list).map((item, index) => ({
      item,
      where: `${place}.${list}[${index}]`,
      isAdded: list === 'addItem',
    })),
  )
}

/**
 * What is said of the claim as a whole: its own adjudications, or else `total`, which sums up the
 * categories.
 */
function headerOf(resource: JsonObject, place: string, money: MoneyReader): Line {
  const line = readLine(resource, place, money)
  if (listAt(resource, 'adjudication').length > 0) return line
  for (const [index, each] of listAt(resource, 'total').entries()) {
    const amount = money(look(each, 'amount'), `${place}.total[${index}].amount`, false)
    const category = codeAt(each, 'category') ?? ''
    if (category === CHARGE) line.charged = amount
    if (category === PAYABLE) line.payable = amount
  }
  // Other categories of `total` repeat the items' own.
  return { ...line, complete: false }
}

function differs(one: Minor | null, other: Minor | null): boolean {
  return one !== null && other !== null && one !== other
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
