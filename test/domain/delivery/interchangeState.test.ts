import { describe, expect, it } from 'vitest'
import { DELIVERY_STATES, type DeliveryState } from '../../../domain/claim.ts'
import {
  DELIVERY_PROOFS,
  type DeliveryProof,
  isSafeToRepeat,
  PROOF_STATES,
  proofOfLook,
} from '../../../domain/delivery/deliveryProof.ts'
import {
  isForPerson,
  isRealTransmission,
  isSendable,
  isSettled,
  MOVES,
  type Move,
  move,
  nothingLeft,
  ruleOf,
  SETTLED,
  UNSETTLED,
  waitsForCutOff,
} from '../../../domain/delivery/interchangeState.ts'

/** Every move from every state, in the order of DELIVERY_STATES; `-` is illegal. */
const TABLE: Record<Move, string> = {
  //                     WAITING READY   SENDING SENT    UNKNOWN RESEND  REFUSED
  lease: /*           */ '-       SENDING -       -       -       SENDING -',
  'lease-from-unknown': '-       -       -       -       SENDING -       -',
  'finish-sent': /*   */ '-       -       SENT    -       -       -       -',
  'finish-refused': /**/ '-       -       REFUSED -       -       -       -',
  'finish-unknown': /**/ '-       -       UNKNOWN -       -       -       -',
  'finish-not-sent': '-       -       READY   -       -       -       -',
  'finish-not-repeated': '-       -       UNKNOWN -       -       -       -',
  'finish-by-hand': /**/ '-       -       WAITING -       -       -       -',
  expire: /*          */ '-       -       UNKNOWN -       -       -       -',
  'abandon-inquiry': '-       -       REFUSED -       -       -       -',
  'doubt-after-restore': 'UNKNOWN UNKNOWN UNKNOWN -       -       UNKNOWN -',
  'resolve-sent': /*  */ '-       -       -       -       SENT    SENT    -',
  'resolve-resend': /**/ '-       -       -       -       RESEND  -       -',
  'resolve-unknown': '-       -       -       -       UNKNOWN -       -',
  arrive: /*          */ 'SENT    SENT    SENT    -       SENT    SENT    -',
  'come-back': /*     */ '-       -       -       REFUSED REFUSED -       -',
  'accept-inquiry': /**/ '-       -       SENT    SENT    -       -       -',
  'reject-inquiry': /**/ '-       -       REFUSED REFUSED -       -       -',
  'arrive-otherwise': '-       SENT    -       -       -       -       -',
  recall: /*          */ 'REFUSED REFUSED REFUSED -       REFUSED REFUSED -',
  'close-batch': /*   */ 'READY   -       -       -       -       -       -',
  hurry: /*           */ 'WAITING -       -       -       -       -       -',
}
const names = Object.keys(MOVES) as Move[]

describe('an interchange', () => {
  it.each(names)('%s leads from each state where the table says, or nowhere', (name) => {
    const led = DELIVERY_STATES.map((state) => move(state, name)).map((to) => (to === 'illegal' ? '-' : to))
    expect(led).toEqual(TABLE[name].split(/ +/))
  })

  it('that is refused stays refused, and one that was sent only comes back or is an inquiry', () => {
    const legal = (state: DeliveryState) => names.filter((name) => move(state, name) !== 'illegal')
    expect(legal('REFUSED')).toEqual([])
    expect(legal('SENT')).toEqual(['come-back', 'accept-inquiry', 'reject-inquiry'])
  })

  it('is only written by the sender that holds the lease while it is SENDING, unless somebody else knows better', () => {
    const outweighing = names.filter((name) => MOVES[name].from.some((state) => state === 'SENDING'))
    expect(outweighing.filter((name) => ruleOf(name).lease === undefined)).toEqual([
      'doubt-after-restore',
      'arrive',
      'accept-inquiry',
      'reject-inquiry',
      'recall',
    ])
  })
})

describe('a delivery proof', () => {
  it('stands beside the states that a move with it leads to, and each is some move’s', () => {
    const used = new Map<DeliveryProof, Set<DeliveryState>>()
    for (const name of names)
      for (const proof of ruleOf(name).proofs)
        used.set(proof, (used.get(proof) ?? new Set<DeliveryState>()).add(ruleOf(name).to))
    const expected = DELIVERY_PROOFS.map((proof) => [proof, [...PROOF_STATES[proof]].sort()])
    expect(DELIVERY_PROOFS.map((proof) => [proof, [...(used.get(proof) ?? [])].sort()])).toEqual(expected)
  })
})

describe('what is asked of an interchange', () => {
  it('settled or not: every state is one of the two', () => {
    expect([...SETTLED, ...UNSETTLED].sort()).toEqual([...DELIVERY_STATES].sort())
    expect(DELIVERY_STATES.filter(isSettled)).toEqual(['SENT', 'REFUSED'])
    expect(isSettled(null)).toBe(false)
    expect(DELIVERY_STATES.filter(isSendable)).toEqual(['READY', 'RESEND'])
    expect(DELIVERY_STATES.filter(isForPerson)).toEqual(['WAITING', 'SENT'])
  })

  it('a batch waits for its cut-off, a packet for a person: nobody has ever taken the batch', () => {
    const leavesAt = new Date(0)
    expect(waitsForCutOff({ state: 'WAITING', attempt: 0, leavesAt })).toBe(true)
    expect(waitsForCutOff({ state: 'WAITING', attempt: 1, leavesAt })).toBe(false)
    expect(waitsForCutOff({ state: 'WAITING', attempt: 0, leavesAt: null })).toBe(false)
    expect(waitsForCutOff({ state: 'READY', attempt: 0, leavesAt })).toBe(false)
  })

  it.each([
    ['alone', false, ['WAITING', 'READY', 'RESEND', 'REFUSED']],
    ['in a batch that was closed', true, ['REFUSED']],
  ])('nothing of a claim %s has left', (_name, departs, states) => {
    const left = (begun: boolean, inBatch = false) =>
      DELIVERY_STATES.filter((state) => nothingLeft({ state, begun, departs, inBatch }))
    expect(left(false)).toEqual(states)
    expect(left(true)).toEqual([])
    if (departs) expect(left(false, true)).toEqual([...DELIVERY_STATES])
  })

  it('a real transmission is one that we sent', () => {
    expect(isRealTransmission({ state: 'SENT', attempt: 1 })).toBe(true)
    expect(isRealTransmission({ state: 'SENT', attempt: 0 })).toBe(false)
    expect(isRealTransmission({ state: 'UNKNOWN', attempt: 1 })).toBe(false)
  })
})

const HOUR = 3_600_000
const rules = { keyWindowHours: 24, unknownPolicy: 'resend' as const }

interface Sending {
  proof?: DeliveryProof | null
  ageMs?: number
  declared?: { keyWindowHours: number; unknownPolicy: 'resend' | 'hold' }
}

describe('the same key and bytes again', () => {
  it.each([
    ['inside the window', { ageMs: 22.9 * HOUR }, true],
    ['an hour before the window ends', { ageMs: 23 * HOUR }, false],
    ['a provider without keys', { declared: { ...rules, keyWindowHours: 0 } }, false],
    ['a provider that holds', { declared: { ...rules, unknownPolicy: 'hold' as const } }, false],
    ['a part was refused', { proof: 'partly_refused' as const }, false],
    ['the sender died', { proof: 'sender_died' as const }, true],
  ])('%s', (_name, { proof = null, ageMs = 0, declared = rules }: Sending, safe) => {
    expect(isSafeToRepeat(proof, ageMs, declared)).toBe(safe)
  })
})

describe('E12 a look that does not find it', () => {
  const resend = { dedupes: true, unknownPolicy: 'resend' as const }
  it.each([
    ['seen by ourselves', { before: null, found: 'absent', rules: resend }, 'not_there'],
    ['denied once', { before: null, found: 'not_found', rules: resend }, 'not_there_once'],
    ['denied twice in a row', { before: 'not_there_once', found: 'not_found', rules: resend }, 'not_there'],
    [
      'denied twice by a provider that holds',
      { before: 'not_there_once', found: 'not_found', rules: { ...resend, unknownPolicy: 'hold' } },
      'not_there_once',
    ],
    [
      'denied twice by a provider that would take a second one (B6)',
      { before: 'not_there_once', found: 'not_found', rules: { ...resend, dedupes: false } },
      'not_there_once',
    ],
    [
      'nothing to see after a denial',
      { before: 'not_there_once', found: 'nobody_knows', rules: resend },
      'nothing_seen',
    ],
  ] as const)('%s', (_name, { before, found, rules }, proof) => {
    expect(proofOfLook(before, found, rules)).toBe(proof)
  })
})
