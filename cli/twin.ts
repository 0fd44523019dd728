import { clockFrom } from '../platform/clock.ts'
import { faultsFrom } from '../sandbox/faults.ts'
import type { HttpHmoOptions } from '../sandbox/httpHmo/main.ts'
import { announce, asked } from './stack/serve.ts'

/**
 * `claimhub twin <kind>`: one provider twin in a process of its own, with its durable effect ledger
 * in `folder`.
 */
export async function twin(kind: string, options: { folder: string; port: string }): Promise<void> {
  const ports = options.port.split(',').map(Number)
  const settings = {
    port: ports[0] ?? 0,
    ports,
    folder: options.folder,
    clock: clockFrom(process.env['CLAIMHUB_CLOCK']),
    faults: faultsFrom(process.env['TWIN_FAULTS']),
    ...(process.env['TWIN_PUSH_URL'] ? { pushUrl: process.env['TWIN_PUSH_URL'] } : {}),
  }
  const started = await start(kind, settings)
  announce({ twin: kind, port: started.port, connection: started.connection })
  await asked()
  await started.stop()
}

/** A twin of several servers takes `ports`, in its own order. */
async function start(kind: string, settings: HttpHmoOptions & { ports: number[] }) {
  switch (kind) {
    case 'http':
      return (await import('../sandbox/httpHmo/main.ts')).startHttpHmo(settings)
    case 'sftp':
      return (await import('../sandbox/sftpHmo/main.ts')).startSftpHmo(settings)
    case 'xml':
      return (await import('../sandbox/xmlHmo/main.ts')).startXmlHmo(settings)
    case 'email':
      return (await import('../sandbox/emailHmo/main.ts')).startEmailHmo(settings)
    default:
      throw new Error(`there is no twin ${kind}; there are http, sftp, xml and email`)
  }
}
