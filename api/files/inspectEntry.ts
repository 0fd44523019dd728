import { serveIsolated } from '../../platform/isolate/isolateChild.ts'
import { type InspectJob, inspectFile } from './inspectFile.ts'

/** The process in which files that people attach are looked into. */
serveIsolated(({ bytes, claimed }: InspectJob) => inspectFile(Buffer.from(bytes), claimed))
