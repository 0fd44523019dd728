import type { InMessage, Notice } from '../../../../adapters/contract.ts'
import type { Said } from '../../../../domain/claim.ts'
import type { Adjustment, LineDecision } from '../../../../domain/money/lineDecision.ts'
import { type Check, demand, some } from '../check.ts'
import { otherCode } from '../mutations.ts'
import type { Subject } from '../subject.ts'
import { read } from './reading.ts'

/** In no code list of anybody. */
const UNKNOWN = 'ZQ9'
const NO_CODES = 'no document of the cases holds a code that its reading keeps'
/** Facts that say how a claim stands. */
const STATES = ['forwarded', 'received', 'in_review', 'documents_requested', 'rejected_front_end', 'decided']

/** A code that nobody knows never becomes a state or a reason that we know. */
export const codeChecks: Check[] = [
  {
    name: 'unknown-code-is-no-state',
    rule: 'where a state rests on a code, an unknown code in its place is `other` or unreadable: never that state, never another one',
    run: async (subject) => {
      const seen = some(await exchanged(subject), NO_CODES)
      for (const { code, before, after } of seen) {
        const known = new Set(before.map(stateOf))
        for (const notice of after) {
          const state = stateOf(notice)
          demand(state === null || known.has(state), `with ${UNKNOWN} for ${code} the document says ${state}`)
        }
      }
    },
  },
  {
    name: 'state-rests-on-code',
    rule: 'at least one state of the cases rests on a code, so that an unknown one can be tried; waived where the HMO says how a claim stands by amounts alone',
    run: async (subject) => {
      const resting = (await exchanged(subject)).filter(({ before, after }) => lost(before, after))
      demand(resting.length > 0, 'no state of the cases rests on a code: an unknown one changes nothing')
    },
  },
  {
    name: 'unknown-code-is-kept',
    rule: 'an unknown code is kept in the provider’s own words, where a person sees it',
    run: async (subject) => {
      const seen = await exchanged(subject)
      const kept = seen.filter(({ after }) => JSON.stringify(after).includes(UNKNOWN))
      demand(kept.length > 0, `${UNKNOWN} is in no reading`)
    },
  },
  {
    name: 'unknown-reason-is-no-bucket',
    rule: 'an amount that is not paid for an unknown reason goes nowhere new: where the known one put it by another code, or denied and open',
    run: async (subject) => {
      for (const { code, before, after } of some(await exchanged(subject), NO_CODES)) {
        const buckets = before
          .flatMap(adjustmentsIn)
          .flatMap(({ bucket, said }) => (said.code === code ? [bucket] : []))
        for (const { bucket, said } of after.flatMap(adjustmentsIn)) {
          const known = said.code !== UNKNOWN || bucket === 'denied' || buckets.includes(bucket)
          demand(known, `with ${UNKNOWN} for ${code} the amount is ${bucket}`)
        }
      }
    },
  },
]

/**
 * Documents of the cases whose state rests on a code, with that code exchanged for an unknown one.
 */
export async function codeBearing(subject: Subject): Promise<{ before: InMessage; changed: InMessage }[]> {
  const seen = await exchanged(subject)
  return seen.flatMap(({ message, changed, before, after }) =>
    lost(before, after) ? { before: message, changed } : [],
  )
}

interface Exchange {
  code: string
  message: InMessage
  changed: InMessage
  before: Notice[]
  after: Notice[]
}

/**
 * Every document of the cases with each code that its reading keeps exchanged for an unknown one,
 * one at a time.
 */
async function exchanged(subject: Subject): Promise<Exchange[]> {
  const seen: Exchange[] = []
  const names = ['accepted', 'refused', 'paid', 'denied', 'paid-in-part', 'asked']
  for (const message of names.flatMap((name) => subject.messages('decode', name))) {
    const before = await read(subject, message)
    for (const code of codesIn(before)) {
      const changed = otherCode(message, code, UNKNOWN)
      if (changed !== null) seen.push({ code, message, changed, before, after: await read(subject, changed) })
    }
  }
  return seen
}

/** Codes that are codes: whole sentences are not. */
function codesIn(notices: Notice[]): string[] {
  const said = notices.flatMap((notice): Said[] => {
    if (notice.kind === 'unreadable') return []
    if (notice.kind === 'authorisation') return notice.answer.said
    const own = notice.kind === 'remittance' ? notice.remittance.claims.flatMap((claim) => claim.said) : notice.said
    return [...own, ...adjustmentsIn(notice).map((each) => each.said)]
  })
  return [...new Set(said.flatMap(({ code }) => (code !== undefined && /^[\w.-]{1,40}$/.test(code) ? [code] : [])))]
}

function adjustmentsIn(notice: Notice): Adjustment[] {
  if (notice.kind === 'remittance')
    return notice.remittance.claims.flatMap(({ adjustments, lines }) => [
      ...adjustments,
      ...lines.flatMap((line) => line.adjustments),
    ])
  if (notice.kind !== 'claim' || notice.fact.type !== 'decided') return []
  return notice.fact.lines.flatMap((line: LineDecision) => line.adjustments)
}

function stateOf(notice: Notice): string | null {
  if (notice.kind === 'remittance') return 'remittance'
  if (notice.kind === 'batch') return `batch ${notice.verdict}`
  if (notice.kind === 'authorisation') return notice.answer.granted ? 'granted' : 'not granted'
  if (notice.kind === 'unreadable' || !STATES.includes(notice.fact.type)) return null
  if (notice.fact.type !== 'decided') return notice.fact.type
  const outcomes = notice.fact.lines.map((line) => line.outcome)
  return `decided ${notice.fact.outcome ?? [...new Set(outcomes)].sort().join(' and ')}`
}

function lost(before: Notice[], after: Notice[]): boolean {
  const states = (notices: Notice[]) => notices.map(stateOf).filter((state) => state !== null)
  return states(after).length < states(before).length
}
