import { audit } from '../../../db/setup/audit.ts'
import type { ApiDeps } from '../../deps.ts'

/** One push that was not signed as it must be. */
export interface RefusedPush {
  organisationId: string
  connectionId: string
  because: string
  bytes: number
}

/** Real time in which a connection's refused pushes are one entry, besides the first. */
const WINDOW_MS = 60_000

/** Refusals since the first of each connection's window, in this process. */
const further = new Map<string, { count: number; bytes: number }>()

/**
 * Notes a refused push in the organisation's audit log, so that a flood of forged ones fills no
 * table: the first at once, all others of its minute as one entry with their number when the minute
 * is over.
 */
export async function noteRefusedPush(deps: ApiDeps, push: RefusedPush, windowMs: number = WINDOW_MS): Promise<void> {
  const { connectionId, because, bytes } = push
  const counted = further.get(connectionId)
  if (counted !== undefined) {
    counted.count += 1
    counted.bytes += bytes
    return
  }
  further.set(connectionId, { count: 0, bytes: 0 })
  setTimeout(() => void endWindow(deps, push), windowMs).unref()
  await write(deps, push, { because, bytes })
}

async function endWindow(deps: ApiDeps, push: RefusedPush): Promise<void> {
  const counted = further.get(push.connectionId)
  further.delete(push.connectionId)
  if (counted === undefined || counted.count === 0) return
  try {
    await write(deps, push, { further: counted.count, bytes: counted.bytes })
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown'
    deps.log.warn({ ...counted, connectionId: push.connectionId, error: name }, 'refused pushes could not be noted')
  }
}

function write(
  deps: ApiDeps,
  { organisationId, connectionId }: RefusedPush,
  detail: Record<string, unknown>,
): Promise<void> {
  return deps.databases.within(organisationId, (tx) =>
    audit(tx, {
      organisationId,
      actor: 'unknown sender',
      action: 'push.refused',
      subject: `connection ${connectionId}`,
      detail,
      now: deps.clock.now(),
    }),
  )
}
