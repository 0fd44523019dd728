import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { InMessage, Notice } from '../../adapters/contract.ts'
import { allSubjects } from '../adapter/conformance/subject.ts'
import { reportOf } from '../inspect/inspect.ts'
import { readDocument } from '../inspect/readDocument.ts'
import { type BelievedEffect, effectsOf, effectsOfAnswer, effectsOfReport, knownOf, knownOfReport } from './effects.ts'
import type { Family } from './oracle.ts'

/** One document that is mutated, and one reader of it. */
export interface FuzzSubject {
  name: string
  bytes: Uint8Array
  /** How the document protects itself; `remittance` by its balance too. */
  family: Family
  remittance: boolean
  read(bytes: Uint8Array): Promise<BelievedEffect[]>
}

/** Larger ones cost time and show nothing more. */
const LARGEST_BYTES = 60_000
const SAMPLES = path.join(import.meta.dirname, '../../test/fixtures')

/**
 * Every document in the adapters' fixtures with its adapter's decoder, and every sample document
 * and fixture with inspect.
 */
export async function corpus(): Promise<FuzzSubject[]> {
  const decoded = await Promise.all(allSubjects().map(ofAdapter))
  return [...decoded.flat(), ...(await samples())].filter(
    ({ bytes }) => bytes.length > 0 && bytes.length <= LARGEST_BYTES,
  )
}

async function ofAdapter({
  adapter,
  id,
  context,
  messages,
}: ReturnType<typeof allSubjects>[number]): Promise<FuzzSubject[]> {
  const subjects: FuzzSubject[] = []
  const ctx = context()
  for (const [index, message] of messages('decode').entries()) {
    const notices = await adapter.decode(message, ctx)
    const known = knownOf(notices)
    const read = async (bytes: Uint8Array) =>
      effectsOf(await adapter.decode({ ...message, body: bytes } as InMessage, ctx), known)
    subjects.push(subject(`${id} decode ${index + 1}`, message.body, isPayment(notices), read))
    subjects.push(await inspected(`inspect of ${id} ${index + 1}`, message.body))
  }
  for (const [index, message] of messages('readAnswer').entries()) {
    const read = async (bytes: Uint8Array) =>
      effectsOfAnswer(adapter.readAnswer({ ...message, body: bytes } as InMessage, ctx))
    subjects.push(subject(`${id} readAnswer ${index + 1}`, message.body, false, read))
  }
  return subjects
}

/** Only a remittance that states its total is protected by it. */
function isPayment(notices: readonly Notice[]): boolean {
  return notices.some(({ kind }) => kind === 'remittance')
}

async function samples(): Promise<FuzzSubject[]> {
  if (!existsSync(SAMPLES)) return []
  const files = readdirSync(SAMPLES, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()
  return Promise.all(
    files.map((file) => inspected(`inspect of ${path.relative(SAMPLES, file)}`, new Uint8Array(readFileSync(file)))),
  )
}

async function inspected(name: string, bytes: Uint8Array): Promise<FuzzSubject> {
  const report = async (changed: Uint8Array) => reportOf(name, await readDocument(changed))
  const known = knownOfReport(await report(bytes))
  const remittance = /BPR|PaymentReconciliation/i.test(Buffer.from(bytes).toString('latin1'))
  return subject(name, bytes, remittance, async (changed) => effectsOfReport(await report(changed), known))
}

function subject(name: string, bytes: Uint8Array, remittance: boolean, read: FuzzSubject['read']): FuzzSubject {
  const text = Buffer.from(bytes).toString('latin1')
  const family = familyOf(text.replace(/^\xef\xbb\xbf/, '').trimStart())
  const totalled = family === 'x12' || text.includes('PaymentReconciliation')
  return { name, bytes, family, remittance: remittance && totalled, read }
}

function familyOf(text: string): Family {
  if (/^(?:ISA|GS|ST)[^A-Za-z0-9]/i.test(text)) return 'x12'
  return /^[<{[]/.test(text) ? 'closed' : 'open'
}
