import type { Context, Notice } from '../../contract.ts'
import type { PostedDocument } from '../../formats/xml/document.ts'
import { readPriorAuthorization } from '../../formats/xml/priorAuthorization.ts'
import { saidOfExtras } from './saidOfExtras.ts'
import type { GulfSettings } from './settings.ts'

/** The payer's answer to a request for authorisation. */
export function decodeAuthorization(document: PostedDocument, ctx: Context<GulfSettings>): Notice {
  const answer = readPriorAuthorization(document, ctx.currency)
  if (answer === null || answer.from === null || answer.until === null)
    return { kind: 'unreadable', because: 'Prior.Authorization: Start, End or Limit cannot be read' }
  const { granted, number, requestId, from, until, limit, denialCode } = answer
  return {
    kind: 'authorisation',
    answer: {
      granted,
      number,
      requestId,
      validFrom: from,
      validUntil: until,
      amount: limit,
      said: [...(denialCode === null ? [] : [{ list: 'denial', code: denialCode }]), ...saidOfExtras(document)],
    },
  }
}
