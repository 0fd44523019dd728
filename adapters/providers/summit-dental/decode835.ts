import type { Reference, Said } from '../../../domain/claim.ts'
import type { Marks } from '../../../domain/inbox/marks.ts'
import { reasonRule } from '../../../domain/money/adjustmentReasons.ts'
import type { Adjustment } from '../../../domain/money/lineDecision.ts'
import type { RemittanceClaim, RemittanceLine } from '../../../domain/money/remittance.ts'
import { type Context, type Notice, unreadable } from '../../contract.ts'
import type { X12Transaction } from '../../formats/x12/interchange.ts'
import type { PaidAdjustment, PaymentAdvice, X12PaidClaim, X12PaidLine } from '../../formats/x12/paymentAdvice.ts'
import { correctionIn, patientIn } from '../../formats/x12/personMarks.ts'
import { readPayment } from '../../formats/x12/readPayment.ts'
import { paymentMeaningOf } from './codes.ts'
import type { SummitSettings } from './settings.ts'
import { unreadableBy } from './unreadableBy.ts'

/**
 * 835: one payment, with exactly the amounts that stand in the document; whether it balances is the
 * domain's question. Codes that we have no word for are kept, and the claim gets a notice `other`
 * besides, so that a person looks.
 */
export function decode835(transaction: X12Transaction, ctx: Context<SummitSettings>, remarks: Said[]): Notice[] {
  if (transaction.guide !== '' && !transaction.guide.startsWith('005010X221')) {
    return [unreadable(`ST ${transaction.controlNumber}: an 835 of an unknown guide`)]
  }
  const payment = readPayment(transaction, ctx.currency)
  const [problem] = payment.problems
  if (problem !== undefined) return [unreadableBy(problem)]
  const predetermined = payment.claims.filter((claim) => paymentMeaningOf(claim.status) === 'predetermination')
  if (predetermined.some((claim) => claim.paid !== 0)) return [unreadable('CLP04: a predetermination with a payment')]
  const claims = payment.claims.filter((claim) => !predetermined.includes(claim))
  return [
    { kind: 'remittance', remittance: remittanceOf(payment, claims, remarks) },
    ...claims.flatMap((claim) => unknownCodes(claim)),
    ...predetermined.map((claim) =>
      otherNotice(claim, [{ list: 'CLP02', code: claim.status, text: 'a predetermination, no payment' }]),
    ),
  ]
}

function remittanceOf(payment: PaymentAdvice, claims: X12PaidClaim[], remarks: Said[]) {
  return {
    payer: payment.payer,
    traceNumber: payment.traceNumber,
    paidOn: payment.paidOn,
    currency: payment.currency,
    amount: payment.amount,
    claims: claims.map((claim) => claimOf(claim, payment.payee)),
    providerAdjustments: payment.providerAdjustments.map(({ reason, reference, amount }) => ({
      reason: { list: 'PLB', code: reason },
      reference,
      amount,
    })),
    said: [...(payment.payerName === '' ? [] : [{ text: payment.payerName }]), ...remarks],
  }
}

function claimOf(claim: X12PaidClaim, payee: PaymentAdvice['payee']): RemittanceClaim {
  const meaning = paymentMeaningOf(claim.status)
  const correction = correctionIn(claim.people)
  return {
    ...(claim.ownNumber === '' ? {} : { submissionNumber: claim.ownNumber.toUpperCase() }),
    references: referencesOf(claim),
    kind: meaning === 'reversal' || meaning === 'not_ours' ? meaning : 'payment',
    outcome: meaning === 'denied' || meaning === 'pending' ? meaning : 'processed',
    charged: claim.charged,
    paid: claim.paid,
    patientResponsibility: claim.patientResponsibility,
    adjustments: claim.adjustments.map(adjustmentOf),
    lines: claim.lines.map(lineOf),
    // An 835 always balances by its adjustments; without any, everything was paid.
    itemised: true,
    said: [
      { list: 'CLP02', code: claim.status },
      ...claim.remarks.map((code) => ({ list: 'RARC', code })),
      ...claim.lines.flatMap(restatement),
    ],
    marks: { ...peopleAndDays(claim), ...(Object.keys(payee).length === 0 ? {} : { payee }) },
    ...(correction === undefined ? {} : { correction }),
  }
}

function peopleAndDays({ people, days }: X12PaidClaim): Pick<Marks, 'patient' | 'memberIds' | 'days'> {
  const from = days.first ?? days.last
  const to = days.last ?? days.first
  return { ...patientIn(people), ...(from === null || to === null ? {} : { days: { from, to } }) }
}

/**
 * `code` is the code as we sent it, so that the line is found; what the payer made of it is said.
 */
function lineOf(line: X12PaidLine): RemittanceLine {
  return {
    controlNumber: line.controlNumber,
    code: line.submittedCode ?? line.code,
    charged: line.charged,
    paid: line.paid,
    adjustments: line.adjustments.map(adjustmentOf),
    ...(line.submittedCode === null || line.submittedCode === line.code ? {} : { paidAs: line.code }),
    ...(line.day === null ? {} : { day: line.day }),
  }
}

function restatement({ code, submittedCode }: X12PaidLine): Said[] {
  if (submittedCode === null || submittedCode === code) return []
  return [{ list: 'SVC01', code, text: `${submittedCode} paid as ${code}` }]
}

function adjustmentOf(adjustment: PaidAdjustment): Adjustment {
  const { bucket, means } = reasonRule(adjustment.group, adjustment.reason)
  const { amount } = adjustment
  return { bucket, amount, said: saidOf(adjustment), ...(means === undefined ? {} : { means }) }
}

function saidOf({ group, reason }: PaidAdjustment): Said {
  const code = `${group}-${reason}`
  return reasonRule(group, reason).known ? { list: 'CARC', code } : { list: 'CARC', code, text: 'unknown code' }
}

function unknownCodes(claim: X12PaidClaim): Notice[] {
  const adjustments = [...claim.adjustments, ...claim.lines.flatMap((line) => line.adjustments)]
  const said: Said[] = adjustments.filter(({ group, reason }) => !reasonRule(group, reason).known).map(saidOf)
  if (paymentMeaningOf(claim.status) === null) said.push({ list: 'CLP02', code: claim.status, text: 'unknown code' })
  return said.length === 0 ? [] : [otherNotice(claim, said)]
}

function otherNotice(claim: X12PaidClaim, said: Said[]): Notice {
  const references = referencesOf(claim)
  const match = {
    ...(claim.ownNumber === '' ? {} : { submissionNumber: claim.ownNumber.toUpperCase() }),
    references,
    marks: {
      ...peopleAndDays(claim),
      charged: claim.charged,
      lines: claim.lines.map(({ controlNumber, code, submittedCode, charged, day }) => ({
        controlNumber,
        code: submittedCode ?? code,
        charged,
        day,
      })),
    },
  }
  return { kind: 'claim', match, fact: { type: 'other' }, said, references }
}

function referencesOf({ payerNumber }: X12PaidClaim): Reference[] {
  return payerNumber === '' ? [] : [{ type: 'claim-number', value: payerNumber }]
}
