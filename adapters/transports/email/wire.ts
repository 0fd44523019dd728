import type { MailOut, OutMessage } from '../../contract.ts'
import { domainOf, type EmailEndpoint } from './endpoint.ts'

/** Who sends and who gets a mail: of a connection, never of a claim. */
export type MailAddresses = Pick<EmailEndpoint, 'from' | 'to'>

const SUBJECT = /^[\x20-\x7e]{1,200}$/
const ID = /^[A-Za-z0-9._-]{1,120}$/
/** The body is an entity: it begins with its own header, and this is the first one. */
const ENTITY = /^Content-Type: /

/**
 * The whole message as it crosses the wire: our headers in front of the format's entity. Same
 * message and endpoint, same bytes. Throws when an adapter made something that could add a header
 * or a recipient (failure D8).
 */
export function wireOf(message: MailOut, endpoint: MailAddresses): Buffer {
  const { subject, date, messageId } = message
  if (!SUBJECT.test(subject)) throw new Error('an adapter made a subject that cannot be sent')
  if (!ID.test(messageId)) throw new Error('an adapter made a Message-ID that cannot be sent')
  const body = Buffer.from(message.body.buffer, message.body.byteOffset, message.body.byteLength)
  if (!ENTITY.test(body.subarray(0, 20).toString('latin1')))
    throw new Error('an adapter made a mail that does not begin with its Content-Type')
  const headers = [
    `From: <${endpoint.from}>`,
    `To: <${endpoint.to}>`,
    `Subject: ${subject}`,
    `Date: ${dateOf(date)}`,
    `Message-ID: <${messageId}@${domainOf(endpoint.from)}>`,
    'MIME-Version: 1.0',
    // A robot's answer to a robot's mail is nothing that anybody wants (RFC 3834 and its
    // predecessors).
    'X-Auto-Response-Suppress: All',
  ]
  return Buffer.concat([Buffer.from(`${headers.join('\r\n')}\r\n`), body])
}

export function mailOnly(message: OutMessage): MailOut {
  if (message.transport !== 'email')
    throw new Error(`a mail connection cannot carry a message for ${message.transport}`)
  return message
}

/** RFC 5322, in UTC. */
function dateOf(instant: string): string {
  const date = new Date(instant)
  if (Number.isNaN(date.getTime())) throw new Error('an adapter made a mail without a date')
  return date.toUTCString().replace('GMT', '+0000')
}
