import { z } from 'zod'
import type { Transport } from '../transport.ts'

const endpoint = z.strictObject({})

/**
 * A provider that takes claims at its own portal or counter: the packet lies ready, a person
 * carries it, and papers come back by upload.
 */
export const manualTransport: Transport<z.infer<typeof endpoint>> = {
  endpoint,
  destinations: () => [],
  address: () => 'by hand',
  secrets: () => [],
  marks: true,
  send: async () => ({ kind: 'by_hand' }),
  // What the provider says is put in by a person: there is nothing to fetch.
  collect: async (_adapter, { cursor }) => ({ cursor }),
  check: async () => [{ step: 'by hand', ok: true, detail: 'a person files the packets; nothing to connect to' }],
}
