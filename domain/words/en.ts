import { moneyInWords } from '../amounts.ts'
import type { ClaimStatus, RejectedAt } from '../claim.ts'
import type { MemberPart, UndoneWhat } from '../claims/claimEvents.ts'
import type { Awaited } from '../claims/claimState.ts'
import type { DeadlineKind, Level } from '../claims/escalation.ts'
import type { LineSettlement } from '../money/lineDecision.ts'
import { dayIn, minuteIn } from '../zones.ts'
import { codeInWords, ENTITIES, FIELDS } from './enCodes.ts'
import { codesOf, type Reason } from './reasons.ts'
import type { Contact, Sentences, Setting, Source, Told } from './sentences.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
/** Reasons that a sentence names; how many more there are follows. */
const MOST_REASONS = 6

const STATUS_WORDS: Record<ClaimStatus, string> = {
  DRAFT: 'Not submitted yet',
  SUBMITTED: 'Submitted',
  RECEIVED: 'Received',
  IN_REVIEW: 'In review',
  APPROVED: 'Approved',
  PARTIAL: 'Approved in part',
  REJECTED: 'Denied after review',
  CANCELLED: 'Cancelled',
}
const CHANNELS: Readonly<Record<string, string>> = {
  phone: 'by phone',
  portal: 'on its portal',
  email: 'by email',
  letter: 'by letter',
  visit: 'in person',
  counter: 'at its counter',
  post: 'by post',
  fax: 'by fax',
  other: 'in another way',
}
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

function day(instant: string, zone: string): string {
  const [year = '', month = '', date = ''] = dayIn(zone, instant).split('-')
  return `${Number(date)} ${MONTHS[Number(month) - 1] ?? month} ${year}`
}

function statusWords(status: ClaimStatus, rejectedAt: RejectedAt | null): string {
  return status === 'REJECTED' && rejectedAt === 'front_end' ? 'Rejected before review' : STATUS_WORDS[status]
}

/** "by phone (Ms. Santos), recorded by Ana" */
function contactWords(contact: Contact, actor: string): string {
  const how = CHANNELS[contact.channel] ?? contact.channel
  const who = contact.saidBy === null ? '' : ` (${contact.saidBy})`
  return `${how}${who}, recorded by ${actor}`
}

/** "as Summit Dental said on 24 Nov 2026 by 277CA" */
function saidBy(source: Source, at: string, { provider, zone }: Setting): string {
  const on = day(at, zone)
  switch (source.by) {
    case 'provider':
      return `as ${provider} said on ${on}${source.document === null ? '' : ` by ${source.document}`}`
    case 'person':
      return source.contact === null
        ? `by ${source.actor} on ${on}`
        : `as ${provider} said on ${on} ${contactWords(source.contact, source.actor)}`
    case 'hub':
      return `since ${on}`
  }
}

const news =
  (what: string) =>
  ({ source, at }: Told, setting: Setting) =>
    `${what}, ${saidBy(source, at, setting)}`

const money = (amount: number, { currency }: Pick<Setting, 'currency'>) => moneyInWords(amount, currency)
const stated = (told: Told, name: string) => {
  const value = told.act?.[name]
  return typeof value === 'string' ? value : null
}

/** All sentences in English. */
export const EN: Sentences = {
  day,
  statement: ({ status, rejectedAt, source, at }, setting) =>
    `${statusWords(status, rejectedAt)}, ${saidBy(source, at, setting)}`,
  noContactSince: (at, { provider, zone }) =>
    at === null ? `no contact with ${provider} yet` : `no contact since ${day(at, zone)}`,
  reason,
  reasons: (reasons, setting) => {
    if (reasons.length === 0) return 'no reason was given'
    const named = reasons.slice(0, MOST_REASONS).map((each) => reason(each, setting))
    const more = reasons.length - named.length
    return named.join('; ') + (more === 0 ? '' : `; and ${more} more`)
  },
  document: ({ direction, name, at }, { provider, zone }) =>
    direction === 'out'
      ? `${name} left for ${provider} on ${day(at, zone)}`
      : `${name} came from ${provider} on ${day(at, zone)}`,
  attention: ({ because, closedBecause }) =>
    closedBecause === null ? `Waits for a person: ${because}` : `Waited for a person: ${because}; ${closedBecause}`,
  news: {
    forwarded: 'that it was passed on',
    received: 'that it was received',
    in_review: 'that it is in review',
    documents_requested: 'a request for documents',
    rejected_front_end: 'a rejection before review',
    decided: 'a decision',
    duplicate_denial: 'that it is a second copy',
    not_found: 'that it is not known',
    inquiry_failed: 'that an inquiry failed',
    other: 'something we have no word for',
    member_corrected: 'that the member is known otherwise',
    submitted: 'that it was submitted',
    sent: 'that it was sent',
    waits: 'that it waits',
    delivery_unknown: 'that nobody knows whether it arrived',
    delivery_refused: 'that the message was refused',
    documents_sent: 'that the documents arrived',
    not_arrived: 'that it did not arrive',
    money_posted: 'a payment',
    status_by_hand: 'a status recorded by hand',
    line_settled: 'what becomes of a line',
    void_sent: 'that the withdrawal arrived',
    cancelled: 'that it is cancelled',
    replaced: 'that it is replaced',
    answered_on_successor: 'an answer for the correction',
    deadline_passed: 'that a deadline passed',
    asked: 'that the provider was asked',
    undone: 'that an act was taken back',
  },
  told: {
    forwarded: ({ source, at }, setting) => `Passed on to ${setting.provider}, ${saidBy(source, at, setting)}`,
    received: news('Received'),
    in_review: news('In review'),
    documents_requested: ({ fact, source, at }, setting) =>
      `${setting.provider} asks for ${fact.documents.join(', ') || 'documents'}, ${saidBy(source, at, setting)}`,
    rejected_front_end: news('Rejected before review'),
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
      const how = CHANNELS[channel] ?? channel
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
  },
}

function reason({ lineNumber, amount, said }: Reason, setting: Pick<Setting, 'currency'>): string {
  const where = lineNumber === null ? '' : `line ${lineNumber}: `
  const how = amount === null ? '' : `${money(amount, setting)} not paid, `
  const codes = codesOf(said)
  const beside = codes.length === 0 ? '' : ` (${codes.join(', ')})`
  return `${where}${how}${whatIsWrong({ lineNumber, amount, said })}${beside}`
}

/** A status of a 277 names the field and whose it is; every other code has its own text. */
function whatIsWrong({ said }: Reason): string {
  const codeOf = (list: RegExp) => said.find((each) => list.test(each.list ?? ''))?.code
  const field = FIELDS[codeOf(/^277.* status$/) ?? '']
  const whose = ENTITIES[codeOf(/^277.* entity$/) ?? '']
  const category = codeInWords('277 category', codeOf(/^277.* category$/) ?? '')
  if (field !== undefined) {
    const named = whose === undefined ? field.name : `${field.name} of ${whose}`
    return `${named}: ${category ?? 'not accepted'}; ${field.remedy}`
  }
  const texts = said.flatMap(({ list, code }) => (code === undefined ? [] : (codeInWords(list ?? '', code) ?? [])))
  if (texts.length > 0) return texts.join('; ')
  return codesOf(said).length > 0 ? 'for the provider’s reason' : 'for the reason in the provider’s own words'
}
