import type { BatchContext } from '../../../adapters/contract.ts'
import type { HarborSettings } from '../../../adapters/providers/harbor-health/declaration.ts'

export function context(attachments: Record<string, string> = {}): BatchContext<HarborSettings> {
  return {
    settings: { payerId: 'HARBOR', facilityId: 'BRIGHT-01' },
    mode: 'production',
    currency: 'PHP',
    now: '2026-11-04T08:00:00.000Z',
    zone: 'Asia/Manila',
    interchangeId: '0190a000-0000-7000-8000-00000000000a',
    controlNumber: 7,
    attachment(id) {
      const bytes = attachments[id]
      if (bytes === undefined) throw new Error(`attachment ${id} is not in the case`)
      return new Uint8Array(Buffer.from(bytes, 'base64'))
    },
  }
}
