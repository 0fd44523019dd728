import path from 'node:path'
import { expect, it } from 'vitest'
import type { BatchContext, ProviderAdapter } from '../../../adapters/contract.ts'
import { readFolder } from '../../../cli/adapter/conformance/folder.ts'
import { type CaseStep, inMessageOf } from '../../../cli/adapter/conformance/step.ts'

/**
 * Every document in the HMO's fixtures is read as its `expected.json` says, whole. No servers and
 * no other HMO: the same, played over the real protocols, is the conformance kit's.
 */
export function readsItsFixtures<S>(adapter: ProviderAdapter<S>): void {
  const { id, transport, settings } = adapter.declaration
  const folder = readFolder(path.join(import.meta.dirname, '../../../adapters/providers', id))
  const { connection, claim } = folder
  const contextOf = ({ ctx = {} }: CaseStep): BatchContext<S> => ({
    ...connection,
    ...ctx,
    settings: settings.parse(connection.settings),
    interchangeId: '0190a000-0000-7000-8000-00000000000a',
    attachment: (attachmentId) => new Uint8Array(Buffer.from(claim.attachments[attachmentId] ?? '', 'base64')),
  })
  it.each(folder.cases)('$name', async ({ steps, at, expected }) => {
    expect(steps.length).toBeGreaterThan(0)
    for (const [index, step] of steps.entries()) {
      if (step.call !== 'decode' && step.call !== 'readAnswer') continue
      const message = inMessageOf(transport, step.message, at)
      const read = await adapter[step.call](message, contextOf(step))
      const wanted = Array.isArray(expected) ? expected[index] : undefined
      expect(JSON.parse(JSON.stringify(read))).toEqual(wanted)
    }
  })
}
