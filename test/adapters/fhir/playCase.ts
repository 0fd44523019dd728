import type { BatchContext, HttpIn, OutMessage } from '../../../adapters/contract.ts'
import type { HarborSettings } from '../../../adapters/providers/harbor-health/declaration.ts'
import { harborHealth } from '../../../adapters/providers/harbor-health/index.ts'
import { verifyPush } from '../../../adapters/transports/http/verifyPush.ts'
import type { Submission } from '../../../domain/claim.ts'

interface WrittenMessage {
  status: number
  headers: Record<string, string>
  body?: unknown
  /** Where the exact characters matter. */
  bodyText?: string
  about?: string
  requestPath?: string
}

/** One step of a fixture's message.json; expected.json has its result at the same place. */
export type Step =
  | { call: 'readAnswer' | 'decode'; message: WrittenMessage }
  | { call: 'verifyPush'; message: WrittenMessage; secrets: Record<string, string>; now: string }
  | { call: 'send'; submission: Submission; attachments: Record<string, string> }
  | { call: 'ask'; submission: Submission }

/** Plays a case and answers what each step came to, as plain JSON. */
export async function playCase(steps: Step[]): Promise<unknown[]> {
  const results: unknown[] = []
  for (const step of steps) results.push(JSON.parse(JSON.stringify(await play(step))))
  return results
}

async function play(step: Step): Promise<unknown> {
  switch (step.call) {
    case 'readAnswer':
      return harborHealth.readAnswer(incoming(step.message), context())
    case 'decode':
      return harborHealth.decode(incoming(step.message), context())
    case 'verifyPush':
      return verifyPush(step.message.headers, incoming(step.message).body, step.secrets, new Date(step.now))
    case 'ask':
      return ((await harborHealth.ask?.([{ submission: step.submission, references: [] }], context())) ?? []).map(
        outgoing,
      )
    case 'send': {
      const ctx = context(step.attachments)
      return (await harborHealth.assemble([await harborHealth.encode(step.submission, ctx)], ctx)).map(outgoing)
    }
  }
}

export function context(attachments: Record<string, string> = {}): BatchContext<HarborSettings> {
  return {
    settings: { payerId: 'HARBOR', facilityId: 'BRIGHT-01' },
    mode: 'production',
    currency: 'PHP',
    now: '2026-11-04T08:00:00.000Z',
    zone: 'Asia/Manila',
    interchangeId: '0190a000-0000-7000-8000-00000000000a',
    controlNumber: 7,
    attachment(id) {
      const bytes = attachments[id]
      if (bytes === undefined) throw new Error(`attachment ${id} is not in the case`)
      return new Uint8Array(Buffer.from(bytes, 'base64'))
    },
  }
}

export function incoming({ body, bodyText, ...head }: WrittenMessage): HttpIn {
  return { transport: 'http', ...head, body: new TextEncoder().encode(bodyText ?? JSON.stringify(body)) }
}

/** A message that leaves; its JSON as characters, since those are what was agreed. */
function outgoing(message: OutMessage): unknown {
  return { ...message, body: message.body === null ? null : new TextDecoder().decode(message.body) }
}
