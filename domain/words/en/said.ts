import type { ClaimStatus, RejectedAt } from '../../claim.ts'
import type { Contact, Setting, Source } from '../sentences.ts'
import { day } from './day.ts'

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

export function statusWords(status: ClaimStatus, rejectedAt: RejectedAt | null): string {
  return status === 'REJECTED' && rejectedAt === 'front_end' ? 'Rejected before review' : STATUS_WORDS[status]
}

/** "by phone (Ms. Santos), recorded by Ana" */
function contactWords(contact: Contact, actor: string): string {
  const how = channelWords(contact.channel)
  const who = contact.saidBy === null ? '' : ` (${contact.saidBy})`
  return `${how}${who}, recorded by ${actor}`
}

/** "as Summit Dental said on 24 Nov 2026 by 277CA" */
export function saidBy(source: Source, at: string, { provider, zone }: Setting): string {
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

/** "by phone": the way in which something was said or filed. */
export function channelWords(channel: string): string {
  return CHANNELS[channel] ?? channel
}
