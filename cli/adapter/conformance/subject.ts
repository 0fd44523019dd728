import path from 'node:path'
import type { BatchContext, InMessage, OutMessage, ProviderAdapter } from '../../../adapters/contract.ts'
import { adapterOf, allAdapters } from '../../../adapters/registry.ts'
import { transportOf } from '../../../adapters/transports/index.ts'
import type { Transport } from '../../../adapters/transports/transport.ts'
import type { Submission } from '../../../domain/claim.ts'
import { allowedFrom } from '../../../platform/addresses/allowList.ts'
import { addressGuard } from '../../../platform/addresses/guard.ts'
import { type Folder, readFolder } from './folder.ts'
import { inMessageOf } from './step.ts'

/** An adapter under test: its code, its folder, and the context that the cases are played in. */
export interface Subject {
  adapter: ProviderAdapter
  /** The transport that the adapter declares: the product’s own code. */
  transport: Transport
  /** The folder's own name. */
  id: string
  folder: Folder
  /**
   * The folder's connection as a context; `attachments` are base64 by id, the claim's where absent.
   */
  context(
    change?: { now?: string; mode?: 'test' | 'production'; controlNumber?: number },
    attachments?: Record<string, string>,
  ): BatchContext<unknown>
  /** The claims as one interchange: the exact messages that would leave. */
  write(submissions: Submission[], ctx?: BatchContext<unknown>): Promise<OutMessage[]>
  /** Every document that the cases read with `call`, in order; of one case, or of all. */
  messages(call: 'decode' | 'readAnswer' | 'readPage' | 'readFetched', caseName?: string): InMessage[]
}

/** The twins of the kit listen on this machine. */
export const TWIN_ADDRESSES = addressGuard({ allowed: allowedFrom('127.0.0.1') })

const PROVIDERS = path.join(import.meta.dirname, '../../../adapters/providers')

export function subjectOf(id: string): Subject {
  return subjectFrom(adapterOf(id), id, path.join(PROVIDERS, id))
}

export function allSubjects(): Subject[] {
  return allAdapters().map(({ declaration }) => subjectOf(declaration.id))
}

/** The same with any adapter and folder: how the kit itself is tested. */
export function subjectFrom(adapter: ProviderAdapter, id: string, providerFolder: string): Subject {
  const folder = readFolder(providerFolder)
  const { connection, claim } = folder
  const subject: Subject = {
    adapter,
    transport: transportOf(adapter.declaration.transport),
    id,
    folder,
    context(change = {}, attachments = claim.attachments) {
      return {
        settings: adapter.declaration.settings.parse(connection.settings),
        mode: change.mode ?? connection.mode,
        currency: connection.currency,
        now: change.now ?? connection.now,
        zone: connection.zone,
        interchangeId: '0190a000-0000-7000-8000-00000000000a',
        controlNumber: change.controlNumber ?? connection.controlNumber,
        attachment(id) {
          const bytes = Object.hasOwn(attachments, id) ? attachments[id] : undefined
          if (bytes === undefined) throw new Error(`attachment ${id} is not in the case`)
          return new Uint8Array(Buffer.from(bytes, 'base64'))
        },
      }
    },
    async write(submissions, ctx = subject.context()) {
      const parts = []
      for (const submission of submissions) parts.push(await adapter.encode(submission, ctx))
      return adapter.assemble(parts, ctx)
    },
    messages(call, caseName) {
      return folder.cases
        .filter(({ name }) => caseName === undefined || name === caseName)
        .flatMap(({ steps, at }) =>
          steps.flatMap((step) =>
            step.call === call ? [inMessageOf(adapter.declaration.transport, step.message, at)] : [],
          ),
        )
    },
  }
  return subject
}
