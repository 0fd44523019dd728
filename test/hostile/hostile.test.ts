import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { DecodeJob } from '../../activities/inbox/decodeDocument.ts'
import type { Notice } from '../../adapters/contract.ts'
import { fileInspector } from '../../api/files/fileInspector.ts'
import { isolate } from '../../platform/isolate/isolate.ts'
import { HOSTILE_DOCUMENTS, type HostileDocument } from './documents.ts'
import { HOSTILE_UPLOADS, type HostileUpload } from './uploads.ts'

const ROOT = path.join(import.meta.dirname, '../..')
/** As the API and the worker start them, with little memory. */
const LIMITS = { processes: 1, seconds: 30, heapMb: 200, answerBytes: 5_000_000 }
const inspector = fileInspector(LIMITS)
const decoder = isolate<DecodeJob, Notice[]>(new URL('../../activities/inbox/decoderEntry.ts', import.meta.url), LIMITS)
afterAll(() => {
  inspector.stop()
  decoder.stop()
})

/** Verdicts by name, in the order of the files. */
const verdicts = new Map<string, string>()

describe('A8 a hostile file is refused as an attachment, in our words', () => {
  it.each(HOSTILE_UPLOADS.map((file) => [file.name, file] as const))('%s', async (name, file) => {
    verdicts.set(name, await uploaded(file))
    expect(verdicts.get(name)).toMatch(/^refused: [\w ,:;/'-]+$/)
  })
})

describe('G10 a hostile document is unreadable, in our words, and its reader lives', () => {
  it.each(HOSTILE_DOCUMENTS.map((file) => [file.name, file] as const))('%s', async (name, file) => {
    verdicts.set(name, await decoded(file))
    expect(verdicts.get(name)).toMatch(/^(for a person|refused): /)
  })
})

it('docs/hostile-files.md is the table of all of them', async () => {
  const all = [...HOSTILE_UPLOADS, ...HOSTILE_DOCUMENTS]
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
  expect(all.length).toBeGreaterThanOrEqual(100)
  await expect(page()).toMatchFileSnapshot('../../docs/hostile-files.md')
})

async function uploaded({ bytes, claimed }: HostileUpload): Promise<string> {
  const seen = await inspector.inspect(Buffer.from(bytes()), claimed)
  return seen.kind === 'refused' ? `refused: ${seen.because}` : `taken as ${seen.mediaType}`
}

/** Nothing of it may be news of a claim or money. */
async function decoded({ adapterId, bytes, message }: HostileDocument): Promise<string> {
  const fixture = path.join(ROOT, 'adapters/providers', adapterId, 'fixtures/connection.json')
  const { settings } = JSON.parse(readFileSync(fixture, 'utf8')) as { settings: unknown }
  const ended = await decoder.lease((ask) =>
    ask({
      adapterId,
      message: message(new Uint8Array(bytes())),
      settings,
      mode: 'production',
      currency: 'USD',
      now: '2026-03-20T12:00:00.000Z',
      zone: 'America/Denver',
    }),
  )
  if (ended.kind !== 'done') return ended.kind
  const because = ended.answer.map(saidOf)
  if (because.length === 0) return 'refused: it says nothing'
  return because.some((each) => each.startsWith('taken')) ? because.join('; ') : `for a person: ${because.join('; ')}`
}

/** Words that a person may read move no claim. */
function saidOf(notice: Notice): string {
  if (notice.kind === 'unreadable') return notice.because
  return notice.kind === 'claim' && notice.fact.type === 'other' ? 'its words only' : `taken: ${notice.kind}`
}

function page(): string {
  const row = (door: string, name: string) =>
    `| ${door} | ${name} | ${(verdicts.get(name) ?? '').replaceAll('|', '\\|')} |`
  return [
    '# Hostile files',
    '',
    'Files that were made to harm their reader or to pass for something else, and what becomes of each, read by the same processes as attachments and the',
    'documents of an inbox. Nothing of them is ever taken. Made from `test/hostile` by `npx vitest run test/hostile -u`.',
    '',
    '| door | file | verdict |',
    '|---|---|---|',
    ...HOSTILE_UPLOADS.map(({ name }) => row('attachment', name)),
    ...HOSTILE_DOCUMENTS.map(({ name, adapterId }) => row(`inbox of ${adapterId}`, name)),
    '',
  ].join('\n')
}
