import { adapterOf } from '../../adapters/registry.ts'
import { serveIsolated } from '../../platform/isolate/isolateChild.ts'
import { type DecodeJob, decodeDocument } from './decodeDocument.ts'

/** The process in which documents are decoded. */
serveIsolated((job: DecodeJob) => decodeDocument(adapterOf(job.adapterId), job))
