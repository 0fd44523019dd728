import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { OutMessage } from '../../../adapters/contract.ts'
import type { Case } from './folder.ts'
import { type CaseStep, inMessageOf } from './step.ts'
import type { Subject } from './subject.ts'

/**
 * Plays a case and answers what each step came to, as the plain JSON that stands in
 * `expected.json`.
 */
export async function playCase(subject: Subject, played: Case): Promise<unknown[]> {
  const results: unknown[] = []
  for (const step of played.steps) results.push(JSON.parse(JSON.stringify(await play(subject, played, step))))
  return results
}

async function play(subject: Subject, { at, expected }: Case, step: CaseStep): Promise<unknown> {
  const { adapter, folder } = subject
  const { transport } = adapter.declaration
  const ctx = subject.context(step.ctx, 'attachments' in step ? step.attachments : undefined)
  switch (step.call) {
    case 'readAnswer':
      return adapter.readAnswer(inMessageOf(transport, step.message, at), ctx)
    case 'decode':
      return adapter.decode(inMessageOf(transport, step.message, at), ctx)
    case 'readPage': {
      const page = adapter.collect?.read(inMessageOf(transport, step.message, at), ctx)
      return (
        page && {
          ...page,
          documents: page.documents.map((each) => ({ ...each, body: each.body === null ? null : shown(each.body) })),
        }
      )
    }
    case 'readFetched': {
      const found = adapter.collect?.fetch?.read(inMessageOf(transport, step.message, at), ctx)
      return found && { ...found, body: shown(found.body) }
    }
    case 'list':
      return adapter.collect && outgoing(adapter.collect.list(step.cursor, ctx), at, expected)
    case 'verifyPush': {
      const { headers = {} } = step.message
      const { body } = inMessageOf(transport, step.message, at)
      return subject.transport.verifyPush?.(headers, body, step.secrets, new Date(step.now))
    }
    case 'ask': {
      const claim = { submission: step.submission ?? folder.claim.submission, references: step.references ?? [] }
      return ((await adapter.ask?.([claim], ctx)) ?? []).map((message) => outgoing(message, at, expected))
    }
    case 'send': {
      const one = step.submission ?? { ...folder.claim.submission, ...step.change }
      const messages = await subject.write(step.submissions ?? [one], ctx)
      return messages.map((message) => outgoing(message, at, expected))
    }
  }
}

/**
 * A message that leaves, with its body as characters, as `{file}` where expected.json names one, or
 * as size and hash.
 */
function outgoing(message: OutMessage, at: string, expected: unknown): unknown {
  const { body } = message
  if (body === null) return message
  const file = filesIn(expected).find((name) => {
    const beside = path.join(at, name)
    return existsSync(beside) && Buffer.from(body).equals(readFileSync(beside))
  })
  return { ...message, body: file === undefined ? shown(body) : { file } }
}

function filesIn(expected: unknown): string[] {
  if (typeof expected !== 'object' || expected === null) return []
  const { file } = expected as { file?: unknown }
  return [...(typeof file === 'string' ? [file] : []), ...Object.values(expected).flatMap(filesIn)]
}

function shown(body: Uint8Array): unknown {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(body)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what makes bytes no text
  if (!/[\u0000-\u0008\u000e-\u001f\ufffd]/.test(text)) return text
  return { sha256: createHash('sha256').update(body).digest('hex'), size: body.length }
}
