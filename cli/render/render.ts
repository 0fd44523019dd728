import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { BatchContext, OutMessage } from '../../adapters/contract.ts'
import { adapterOf } from '../../adapters/registry.ts'
import type { MailAddresses } from '../../adapters/transports/email/wire.ts'
import type { Submission } from '../../domain/claim.ts'
import { lostInFormat, missing } from '../../domain/claims/missing.ts'
import type { CheckedClaim } from '../../domain/claims/requirements.ts'
import { readAccount } from './account.ts'
import { type RenderedClaim, readClaimFile } from './claimFile.ts'
import { filesOf, type MessageFile } from './messageFiles.ts'

export interface RenderOptions {
  provider: string
  claim: string
  out?: string
  settings?: string
  controlNumber: string
  now?: string
}

/**
 * `claimhub render`: the exact documents that would be sent for one claim, on stdout or as files.
 * Nothing is sent.
 */
export async function render(options: RenderOptions): Promise<void> {
  const { messages, notes, lost, addresses } = await renderMessages(options)
  for (const note of notes) process.stderr.write(`claimhub render: as it is, this claim would not be sent: ${note}\n`)
  for (const note of lost) process.stderr.write(`claimhub render: ${note}\n`)
  const files = messages.flatMap((message, index) => filesOf(message, index + 1, addresses))
  if (options.out === undefined) for (const file of files) process.stdout.write(shown(file))
  else write(files, options.out)
}

interface Rendered {
  messages: OutMessage[]
  notes: string[]
  lost: string[]
  addresses: MailAddresses
}

/** What would leave, and in words what keeps the claim from leaving and what its format drops. */
export async function renderMessages(options: RenderOptions): Promise<Rendered> {
  const adapter = adapterOf(options.provider)
  const account = readAccount(options.provider, options.settings)
  const settings = adapter.declaration.settings.safeParse(account.settings)
  if (!settings.success) {
    const wrong = settings.error.issues.map(({ path: at, message }) => `${at.join('.') || 'settings'}: ${message}`)
    throw new Error(`the settings are none of ${options.provider}: ${wrong.join('; ')}`)
  }
  const claim = await readClaimFile(options.claim, account.currency)
  const now = instant(options.now)
  const { mode, currency, zone } = account
  const ctx: BatchContext<unknown> = {
    mode,
    currency,
    zone,
    settings: settings.data,
    now,
    interchangeId: '00000000-0000-7000-8000-000000000003',
    controlNumber: controlNumberOf(options.controlNumber),
    attachment: (attachmentId) => paper(claim, attachmentId),
  }
  const checked = checkedOf(claim.submission)
  const notes = missing(checked, adapter.declaration, now.slice(0, 10)).map(({ detail }) => detail)
  const lost = lostInFormat(checked, adapter.declaration).map(({ detail }) => detail)
  try {
    const part = await adapter.encode(claim.submission, ctx)
    return { messages: await adapter.assemble([part], ctx), notes, lost, addresses: account.endpoint }
  } catch (cause) {
    // What the rules say is clearer than what the format stumbles over.
    throw notes.length === 0 ? cause : new Error(`the claim can't be written: ${notes.join('; ')}`, { cause })
  }
}

/** The claim as the engine's own rules see one that is about to leave. */
function checkedOf(submission: Submission): CheckedClaim {
  const days = submission.lines.map(({ serviceDate }) => serviceDate).sort()
  return {
    ...submission,
    enrolment: { ...submission.enrolment, validFrom: days[0] ?? '', validTo: null },
    lines: submission.lines.map((line) => ({ ...line, priced: true, visitCompleted: true })),
    // Whether an authorisation covers and still holds is on file with the practice, not in a claim
    // file.
    authorisations: submission.authorisations.map((each) => ({
      ...each,
      codes: [],
      teeth: [],
      issuedOn: days[0] ?? '',
      validUntil: null,
      amount: null,
      currency: null,
      used: 0,
    })),
  }
}

function paper({ attachments }: RenderedClaim, attachmentId: string): Uint8Array {
  const bytes = attachments.get(attachmentId)
  if (bytes === undefined) throw new Error(`the claim has no attachment ${attachmentId}`)
  return bytes
}

function instant(text: string | undefined): string {
  if (text === undefined) return new Date().toISOString()
  const at = new Date(text)
  if (Number.isNaN(at.getTime())) throw new Error(`--now ${text} is no time: write 2026-03-10T20:05:00Z`)
  return at.toISOString()
}

function controlNumberOf(text: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= 1 && number <= 999_999_999) return number
  throw new Error('--control-number must be a whole number from 1 to 999999999')
}

function shown({ name, body }: MessageFile): string {
  const text = textOf(body)
  return `==> ${name} (${body.length} bytes)\n${text === null ? '(not text: use --out)\n' : text.endsWith('\n') ? text : `${text}\n`}\n`
}

function textOf(body: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body)
    return text.includes('\0') ? null : text
  } catch {
    return null
  }
}

function write(files: MessageFile[], folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const { name, body } of files) {
    writeFileSync(path.join(folder, name), body)
    process.stdout.write(`${path.join(folder, name)} (${body.length} bytes)\n`)
  }
}
