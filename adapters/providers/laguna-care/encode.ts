import type { Submission } from '../../../domain/claim.ts'
import { FormatRefusal } from '../../../domain/claims/formatRefusal.ts'
import type { BatchContext, Context, PaperOut, Part } from '../../contract.ts'
import { letterheadFor } from '../../formats/letterhead.ts'
import { attachmentName, formName } from '../../formats/paperNames.ts'
import { checklistPdf } from '../../formats/pdf/checklist.ts'
import { claimForm, type Letterhead } from '../../formats/pdf/claimForm.ts'
import { statementPdf } from '../../formats/pdf/statementPdf.ts'
import { statementOf } from '../../formats/statement/statement.ts'
import { statementXlsx } from '../../formats/xlsx/statementXlsx.ts'
import { declaration, type LagunaSettings } from './declaration.ts'

interface Content {
  submission: Submission
  papers: PaperOut[]
}

const PDF = 'application/pdf'
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** The claim form and the claim's own papers, as files. */
export async function encode(submission: Submission, ctx: Context<LagunaSettings>): Promise<Part> {
  const content: Content = {
    submission,
    papers: [
      paper(formName(submission), PDF, await claimForm(submission, letterheadOf(ctx))),
      ...submission.attachments.map(({ attachmentId, mediaType }, index) =>
        paper(attachmentName(submission, index), mediaType, ctx.attachment(attachmentId)),
      ),
    ],
  }
  return { submissionNumber: submission.submissionNumber, content }
}

/**
 * The packet: what to do on top, the numbered statement where it has several claims, then each
 * claim's papers.
 */
export async function assemble(parts: Part[], ctx: BatchContext<LagunaSettings>): Promise<PaperOut[]> {
  const contents = parts.map((part) => part.content as Content)
  const submissions = contents.map(({ submission }) => submission)
  const letterhead = letterheadOf(ctx)
  const { controlNumber } = ctx
  const statement = submissions.length > 1 ? statementOf(submissions, controlNumber, letterhead) : null
  const statements =
    statement === null
      ? []
      : [
          paper(`statement-${statement.number}.pdf`, PDF, await statementPdf(statement)),
          paper(`statement-${statement.number}.xlsx`, XLSX, await statementXlsx(statement)),
        ]
  const checklist = await checklistPdf({
    controlNumber,
    letterhead,
    account: ctx.settings.accountNumber,
    submissions,
    statements: statements.map(({ name }) => name),
  })
  return [paper('checklist.pdf', PDF, checklist), ...statements, ...contents.flatMap(({ papers }) => papers)]
}

function letterheadOf(ctx: Context<LagunaSettings>): Letterhead {
  return letterheadFor(declaration, ctx)
}

function paper(name: string, mediaType: string, body: Uint8Array): PaperOut {
  const most = declaration.limits.messageBytes
  if (body.length > most)
    throw new FormatRefusal(name, `it is larger than the portal takes (${most} bytes): make it smaller or split it`)
  return { transport: 'manual', name, mediaType, body }
}
