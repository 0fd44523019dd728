import type { Answer, Context, InMessage } from '../../contract.ts'
import { textIn } from '../../formats/xml/read.ts'
import { meaningOf, SAME_FILE } from './codes.ts'
import { fileNameOf, readService } from './postOffice.ts'
import type { GulfSettings } from './settings.ts'

/**
 * What the answer to an upload means. Taken only when it names our own file (failures B8, B9); the
 * post office gives no number of its own. A refusal because this very file is there already is
 * proof of its arrival.
 */
export function readAnswer(answer: InMessage, ctx: Context<GulfSettings>): Answer {
  const read = readService(answer, 'UploadTransaction')
  if (!read.ok) return unknown(`the answer cannot be read: ${read.because}`)
  const about = answer.transport === 'http' ? answer.about : undefined
  const ours = about !== undefined && textIn(read.root, 'FileName') === fileNameOf(about, ctx.settings)
  if (!ours) return unknown('the answer is about another file')
  switch (meaningOf(read.result)) {
    case 'taken':
      return { kind: 'taken', references: [], facts: [], said: read.said }
    case 'refused':
      if (read.said.some(({ code }) => code === SAME_FILE))
        return { kind: 'taken', references: [], facts: [], said: read.said }
      return { kind: 'refused', said: read.said }
    case 'unknown':
    case null:
      return unknown(`the post office answers with the result ${read.result.slice(0, 20)}`)
  }
}

function unknown(because: string): Answer {
  return { kind: 'unknown', because }
}
