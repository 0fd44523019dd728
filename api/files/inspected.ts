import type { Request } from 'express'
import type { ApiDeps } from '../deps.ts'
import { Problem } from '../http/problems.ts'
import type { Inspected } from './inspectFile.ts'

/**
 * What an attached file is by its content. Throws `wrong-file-type` for what is not taken. Before
 * the transaction: none waits for a look.
 */
export async function inspected(context: {
  deps: ApiDeps
  req: Request
  body: Buffer
}): Promise<Extract<Inspected, { kind: 'ok' }>> {
  const { deps, req, body } = context
  const seen = await deps.inspectFile(body, req.get('content-type') ?? '')
  if (seen.kind === 'refused') throw new Problem('wrong-file-type', seen.because)
  return seen
}
