import { moneyInWords } from '../../amounts.ts'
import type { MemberPart, UndoneWhat } from '../../claims/claimEvents.ts'
import type { Awaited } from '../../claims/claimState.ts'
import type { DeadlineKind, Level } from '../../claims/escalation.ts'
import type { LineSettlement } from '../../money/lineDecision.ts'
import { minuteIn } from '../../zones.ts'
import type { Sentences, Setting, Told } from '../sentences.ts'
import { day } from './day.ts'
import { channelWords, saidBy, statusWords } from './said.ts'

const DEADLINES: Record<DeadlineKind, string> = {
  ack: 'it has not confirmed in time that it has the claim',
  decision: 'it has not decided in time',
  documents: 'the documents that it asked for were not sent in time',
  payment: 'it has not paid in time',
  resubmission: 'what it denied was not appealed, billed or written off in time',
}
const LEVEL_WORDS: Record<Level, string> = {
  ask: 'asked the provider',
  billing: 'put on the worklist of the billing staff',
  owner: 'put on the worklist of the owner',
}
const WAITS: Record<Awaited, string> = {
  cut_off: 'Waits for the cut-off of its batch',
  person: 'Ready to be filed by hand',
  connection: 'Held: the connection is switched off or stopped',
  provider: 'Held: the provider cannot be reached',
  freeze: 'Held: sending is frozen',
}
const MEMBER_PARTS: Record<MemberPart, string> = {
  name: 'name',
  'birth-date': 'birth date',
  'member-id': 'member number',
}
const UNDONE: Record<UndoneWhat, string> = {
  status: 'a status recorded by hand',
  settlement: 'what was to become of a line',
  payment: 'a payment',
  remittance: 'a remittance',
  allocation: 'an allocation of money',
  refund: 'a refund to the provider',
  offset: 'an offset',
  credit: 'a credit that was kept',
  transfer: 'a transfer to another claim',
}
const SETTLED: Record<LineSettlement, string> = {
  appeal: 'is to be appealed',
  bill_patient: 'is billed to the patient',
  write_off: 'is written off',
  bill_other_payer: 'is claimed from the patient’s other HMO',
}

const said =
  (what: string) =>
  ({ source, at }: Told, setting: Setting) =>
    `${what}, ${saidBy(source, at, setting)}`

const money = (amount: number, { currency }: Pick<Setting, 'currency'>) => moneyInWords(amount, currency)
const stated = (told: Told, name: string) => {
  const value = told.act?.[name]
  return typeof value === 'string' ? value : null
}

/** What each entry of a timeline says. */
export const TIMELINE: Sentences['told'] = {
  forwarded: ({ source, at }, setting) => `Passed on to ${setting.provider}, ${saidBy(source, at, setting)}`,
  received: said('Received'),
  in_review: said('In review'),
  documents_requested: ({ fact, source, at }, setting) =>
    `${setting.provider} asks for ${fact.documents.join(', ') || 'documents'}, ${saidBy(source, at, setting)}`,
  rejected_front_end: said('Rejected before review'),
  decided: ({ fact, source, at }, setting) => {
    const denied = fact.lines.filter((line) => line.outcome !== 'approved' && line.outcome !== 'pending').length
    const what =
      fact.lines.length === 0
        ? fact.outcome === 'denied'
          ? 'denied as a whole'
          : 'approved as a whole'
        : denied === 0
          ? `${fact.lines.length} lines decided, none denied or reduced`
          : `${denied} of ${fact.lines.length} lines denied or reduced`
    return `Decided: ${what}, ${saidBy(source, at, setting)}`
  },
  duplicate_denial: ({ source, at }, setting) =>
    `Refused as a second copy of a claim that ${setting.provider} has, ${saidBy(source, at, setting)}: nothing changes`,
  member_corrected: ({ fact, source, at }, setting) =>
    `${setting.provider} knows the member otherwise (${fact.changed.map((part) => MEMBER_PARTS[part]).join(', ')}), ${saidBy(source, at, setting)}`,
  not_found: ({ at }, { provider, zone }) => `${provider} was asked on ${day(at, zone)} and does not know the claim`,
  inquiry_failed: ({ at }, { provider, zone }) => `${provider} was asked on ${day(at, zone)} and could not answer`,
  other: ({ source, at }, setting) => `Something we have no word for, ${saidBy(source, at, setting)}: a person looks`,
  submitted: ({ at }, { provider, zone }) => `Submitted to ${provider} on ${day(at, zone)}`,
  sent: (told, { provider, zone }) => {
    const channel = stated(told, 'channel')
    if (told.source.by !== 'person' || channel === null) return `Sent to ${provider} on ${day(told.at, zone)}`
    const how = channelWords(channel)
    return `Filed with ${provider} on ${day(told.at, zone)} ${how}, recorded by ${told.source.actor}`
  },
  waits: ({ fact }, { zone }) =>
    fact.until === undefined ? WAITS[fact.for] : `${WAITS[fact.for]}: leaves ${minuteIn(zone, fact.until)}`,
  delivery_unknown: (_told, { provider }) => `It may have arrived at ${provider}, nobody knows`,
  delivery_refused: (_told, { provider }) => `${provider} refused the message`,
  documents_sent: ({ at }, { provider, zone }) => `${provider} has the documents since ${day(at, zone)}`,
  not_arrived: (_told, { provider }) => `${provider} does not have it: the same is sent again`,
  money_posted: ({ fact }, setting) => {
    const rest = fact.openAmount > 0 ? `, ${money(fact.openAmount, setting)} is still open` : ''
    const over = fact.openAmount < 0 ? `, ${money(-fact.openAmount, setting)} too much` : ''
    return `Money posted: ${money(fact.paid, setting)} paid in all${rest}${over}`
  },
  status_by_hand: ({ fact, source, at }, setting) =>
    `${statusWords(fact.status, fact.rejectedAt ?? null)}, ${saidBy(source, at, setting)}`,
  line_settled: ({ fact, source }, setting) =>
    `Line ${fact.lineNumber}: ${money(fact.amount, setting)} ${SETTLED[fact.action]}${source.by === 'person' ? `, says ${source.actor}` : ''}`,
  void_sent: (_told, { provider }) => `The withdrawal is with ${provider}, whose answer is awaited`,
  cancelled: ({ fact, source }, { provider }) => {
    const who = source.by === 'person' ? `, asked by ${source.actor}` : ''
    return fact.voided ? `Cancelled: ${provider} took it back` : `Cancelled before it reached ${provider}${who}`
  },
  replaced: () => 'Replaced by a corrected claim',
  answered_on_successor: (_told, { provider }) =>
    `${provider} answered under this claim’s number; it counts for the correction`,
  deadline_passed: ({ fact }) => `Overdue: ${DEADLINES[fact.deadline]}; ${LEVEL_WORDS[fact.level]}`,
  asked: (told, { provider }) => {
    const who = told.source.by === 'person' ? told.source.actor : 'The hub'
    return stated(told, 'kind') === 'cancel' ? `${who} asked to cancel it` : `${provider} was asked`
  },
  undone: ({ fact, source, at }, { zone }) => {
    const who = source.by === 'person' ? ` by ${source.actor}` : ''
    return `Taken back on ${day(at, zone)}${who}: ${UNDONE[fact.what]}`
  },
}
