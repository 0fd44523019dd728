import type { Attachment } from 'mailparser'
import { idsIn } from './ids.ts'
import type { DeliveryReport } from './mail.ts'

const STATUS_TYPES = ['message/delivery-status', 'message/global-delivery-status']
const RETURNED_TYPES = ['message/rfc822', 'message/global', 'text/rfc822-headers', 'message/global-headers']
const LONGEST = 100_000

/**
 * What a mail server reports of the mail that comes back with it; null where nothing is reported.
 */
export function reportIn(parts: Attachment[]): DeliveryReport | null {
  const status = parts.find((part) => STATUS_TYPES.includes(part.contentType.toLowerCase()))
  if (status === undefined) return null
  const fields = unfolded(status)
  const returned = parts.filter((part) => RETURNED_TYPES.includes(part.contentType.toLowerCase())).map(unfolded)
  return {
    action: field(fields, 'action').toLowerCase(),
    status: /\d\.\d{1,3}\.\d{1,3}/.exec(field(fields, 'status'))?.[0] ?? '',
    said: field(fields, 'diagnostic-code').slice(0, 200),
    about: [fields, ...returned].flatMap((text) =>
      [...text.matchAll(/^(?:original-|x-original-)?message-id:(.*)$/gim)].flatMap(([, value = '']) => idsIn(value)),
    ),
  }
}

function unfolded({ content }: Attachment): string {
  return content
    .subarray(0, LONGEST)
    .toString('latin1')
    .replace(/\r?\n[ \t]+/g, ' ')
}

/** Of several recipients the first counts: our mails have one. */
function field(fields: string, name: string): string {
  return new RegExp(`^${name}:[ \\t]*(.*)$`, 'im').exec(fields)?.[1]?.trim() ?? ''
}
