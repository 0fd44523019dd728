import { type Isolated, type IsolateLimits, isolate, siblingModule } from '../../platform/isolate/isolate.ts'
import type { Inspected, InspectJob } from './inspectFile.ts'

/** Looks into files of strangers apart from the API, which goes on answering meanwhile. */
export interface FileInspector {
  /** `claimed` is the request's Content-Type. What cannot be looked into within the limits is refused. */
  inspect(bytes: Buffer, claimed: string): Promise<Inspected>
  stop(): void
}

export function fileInspector(limits: IsolateLimits): FileInspector {
  const apart = isolate<InspectJob, Inspected>(siblingModule('./inspectEntry', import.meta.url), limits)
  return {
    inspect: async (bytes, claimed) => verdictOf(await apart.lease((ask) => ask({ bytes, claimed }))),
    stop: apart.stop,
  }
}

function verdictOf(ended: Isolated<Inspected>): Inspected {
  switch (ended.kind) {
    case 'done':
      return ended.answer
    case 'overtime':
      return { kind: 'refused', because: 'the file takes too long to be checked' }
    case 'died':
      return { kind: 'refused', because: 'the file takes too much memory to be checked' }
    case 'threw':
    case 'too_large':
      return { kind: 'refused', because: 'the file cannot be checked' }
  }
}
