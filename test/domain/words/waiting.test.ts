import { describe, expect, it } from 'vitest'
import { type ClaimState, NEW_CLAIM } from '../../../domain/claims/claimState.ts'
import type { Deadline } from '../../../domain/claims/deadlines.ts'
import { LEVELS } from '../../../domain/claims/escalation.ts'
import { WORDS } from '../../../domain/words/words.ts'

const said = (change: Partial<ClaimState>, deadline: Deadline | null = null) =>
  WORDS.en.waitingFor({ ...NEW_CLAIM, ...change }, deadline, { provider: 'Acme', zone: 'Asia/Manila' })
const ack = (level: number): Deadline => ({
  kind: 'ack',
  startsAt: '2026-01-02T10:00:00.000Z',
  dueAt: '2026-01-05T10:00:00.000Z',
  level,
})

describe('what a claim waits for', () => {
  it.each<[Partial<ClaimState>, RegExp]>([
    [{}, /^Draft: waiting to be submitted$/],
    [{ status: 'SUBMITTED', delivery: 'READY' }, /^On its way to Acme$/],
    [{ status: 'SUBMITTED', delivery: 'RESEND' }, /^On its way to Acme$/],
    [{ status: 'SUBMITTED', delivery: 'UNKNOWN' }, /^Sent to Acme, but nobody knows yet whether it arrived/],
    [{ status: 'SUBMITTED', delivery: 'SENT' }, /^Waiting for Acme to confirm/],
    [{ status: 'SUBMITTED', delivery: 'REFUSED' }, /^Acme refused/],
    [{ status: 'SUBMITTED', delivery: 'WAITING', waits: { for: 'person' } }, /^Ready to be filed with Acme by hand/],
    [{ status: 'SUBMITTED', delivery: 'WAITING', waits: { for: 'cut_off' } }, /^Waiting for the cut-off of Acme$/],
    [
      { status: 'SUBMITTED', delivery: 'WAITING', waits: { for: 'cut_off', until: '2026-03-20T17:00:00.000Z' } },
      /^Waiting for the cut-off of Acme: leaves on 21 Mar 2026 at 01:00$/,
    ],
    [{ status: 'SUBMITTED', delivery: 'WAITING' }, /^Waiting for the cut-off of Acme$/],
    [{ status: 'RECEIVED' }, /^Waiting for the review by Acme$/],
    [{ status: 'IN_REVIEW' }, /^Waiting for the decision of Acme$/],
    [
      { status: 'IN_REVIEW', documentsRequestedAt: 'x', documentsRequested: ['photo', 'xray'] },
      /^Acme asked for photo, xray: the clinic must send them$/,
    ],
    [{ status: 'IN_REVIEW', documentsRequestedAt: 'x' }, /^Acme asked for documents: the clinic must send them$/],
    [
      { status: 'REJECTED', lines: { 1: { outcome: 'denied', payable: 0, otherPayerFirst: true } } },
      /^Another payer comes first/,
    ],
    [
      { status: 'PARTIAL', lines: { 1: { outcome: 'reduced', payable: 5, otherPayerFirst: true } } },
      /^Another payer comes first/,
    ],
    [{ status: 'APPROVED', openAmount: 1 }, /^Waiting for the payment of Acme$/],
    [{ status: 'PARTIAL', openAmount: 1, payment: 'PART_PAID' }, /^Waiting for the rest of the payment of Acme$/],
    [{ status: 'APPROVED', openAmount: -1, payment: 'OVERPAID' }, /^Acme paid too much: a person must decide$/],
    [{ status: 'PARTIAL', openAmount: 0, deniedAmount: 5 }, /^Denied lines are open/],
    [{ status: 'REJECTED', rejectedAt: 'front_end' }, /^Rejected before review: correct it/],
    [{ status: 'REJECTED', rejectedAt: 'adjudicated' }, /^Denied after review: send a replacement or appeal/],
    [{ status: 'CANCELLED' }, /^Cancelled$/],
    [{ status: 'APPROVED', closed: 'settled' }, /^Nothing more: the claim is settled$/],
  ])('%o', (state, words) => {
    expect(said(state)).toMatch(words)
  })

  it.each<[string, Deadline, Partial<ClaimState>, string]>([
    ['in time', ack(0), {}, '(until 5 Jan 2026)'],
    ['once it is overdue', ack(1), {}, '(overdue; next step on 5 Jan 2026)'],
    ['before the last level', ack(LEVELS.length - 1), {}, '(overdue; next step on 5 Jan 2026)'],
    ['after the last level', ack(LEVELS.length), {}, '(overdue since 5 Jan 2026; the owner has been told)'],
    ['on a follow-up date', ack(1), { followUpAt: ack(1).dueAt }, '(the clinic looks again on 5 Jan 2026)'],
    ['beside a later follow-up date', ack(0), { followUpAt: '2026-02-01T00:00:00.000Z' }, '(until 5 Jan 2026)'],
  ])('says until when: %s', (_name, deadline, change, words) => {
    expect(said({ status: 'RECEIVED', ...change }, deadline)).toBe(`Waiting for the review by Acme ${words}`)
  })
})
