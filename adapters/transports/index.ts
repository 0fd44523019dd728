import type { TransportName } from '../declaration.ts'
import { emailTransport } from './email/index.ts'
import { httpTransport } from './http/index.ts'
import { manualTransport } from './manual/index.ts'
import { sftpTransport } from './sftp/index.ts'
import type { Transport } from './transport.ts'

const TRANSPORTS: Partial<Record<TransportName, Transport>> = {
  http: httpTransport as Transport,
  sftp: sftpTransport as Transport,
  email: emailTransport as Transport,
  manual: manualTransport as Transport,
}

/** The transport that a declaration names. Throws for one that this deployment has no code for. */
export function transportOf(name: TransportName): Transport {
  const transport = TRANSPORTS[name]
  if (!transport) throw new Error(`this deployment has no transport ${name}`)
  return transport
}
