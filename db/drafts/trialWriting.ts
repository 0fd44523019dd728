import type { Submission } from '../../domain/claim.ts'
import { FormatRefusal } from '../../domain/claims/formatRefusal.ts'
import type { SubmitProblem } from '../../domain/claims/requirements.ts'
import type { Tx } from '../connect.ts'
import { type Composed, submissionFrom } from './composeSubmission.ts'

/** What an adapter's mapping gets, as if the claim left now and alone. */
interface TrialContext {
  settings: unknown
  mode: 'test' | 'production'
  currency: string
  now: string
  zone: string
  interchangeId: string
  controlNumber: number
  attachment(attachmentId: string): Uint8Array
}

/** The writing half of an adapter. */
export interface Writer<P> {
  declaration: { name: string; settings: { safeParse(given: unknown): { success: boolean; data?: unknown } } }
  encode(submission: Submission, context: TrialContext): P | Promise<P>
  assemble(parts: P[], context: TrialContext): unknown[] | Promise<unknown[]>
}

/** Numbers of the shape that a sending gets; nothing of a trial is kept or sent. */
const NUMBERS = { submissionId: '00000000-0000-7000-8000-000000000000', submissionNumber: '0000000000000000' }

/**
 * Writes the draft as it would leave, and throws the bytes away: what the format cannot carry is
 * told now, with the field and its limit, and not after the claim is SUBMITTED. Nothing is tried
 * on a connection whose settings its adapter doesn't take; that is the owner's to mend.
 */
export async function formatProblems<P>(
  tx: Tx,
  writer: Writer<P>,
  composed: Composed,
  { organisationId, connectionId, now }: { organisationId: string; connectionId: string; now: Date },
): Promise<SubmitProblem[]> {
  const connection = await tx
    .selectFrom('connections')
    .select(['settings', 'mode', 'currency', 'zone'])
    .where('organisation_id', '=', organisationId)
    .where('id', '=', connectionId)
    .executeTakeFirstOrThrow()
  const { name, settings } = writer.declaration
  const parsed = settings.safeParse(connection.settings)
  if (!parsed.success) return []
  const submission = submissionFrom(composed, NUMBERS)
  const files = await bytesOf(tx, organisationId, submission)
  const context: TrialContext = {
    ...connection,
    settings: parsed.data,
    now: now.toISOString(),
    interchangeId: NUMBERS.submissionId,
    controlNumber: 1,
    attachment: (attachmentId) => files.get(attachmentId) ?? new Uint8Array(),
  }
  try {
    await writer.assemble([await writer.encode(submission, context)], context)
    return []
  } catch (error) {
    return [{ type: 'format-limit', detail: `${name} cannot take this claim: ${reasonOf(error)}` }]
  }
}

/** Only what a format says on purpose: the words of another error may hold patient data. */
function reasonOf(error: unknown): string {
  if (error instanceof FormatRefusal) return `${error.because} (${error.place})`
  return 'its format has no place for something in it; ask the operator, who finds the kind of error in the log'
}

async function bytesOf(tx: Tx, organisationId: string, { attachments }: Submission): Promise<Map<string, Uint8Array>> {
  if (attachments.length === 0) return new Map()
  const rows = await tx
    .selectFrom('attachments')
    .select(['id', 'bytes'])
    .where('organisation_id', '=', organisationId)
    .where(
      'id',
      'in',
      attachments.map(({ attachmentId }) => attachmentId),
    )
    .execute()
  return new Map(rows.map((row) => [row.id, row.bytes]))
}
