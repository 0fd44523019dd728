import type { OutMessage } from '../../contract.ts'
import type { ArrivalCheck, Session } from '../transport.ts'
import { openRemote } from './connection.ts'
import type { SftpEndpoint } from './endpoint.ts'
import { compare, fileOnly, placeOf } from './place.ts'

/**
 * Looks into the folder after an UNKNOWN. No file at all is not proof of absence once a rename was
 * asked for: a provider that collects quickly leaves the same picture (failure mode C3), and
 * sending again would double the claim.
 */
export async function checkArrival(
  message: OutMessage,
  session: Session<SftpEndpoint>,
  mark: string | null,
): Promise<ArrivalCheck> {
  const file = fileOnly(message)
  const place = placeOf(file, session.endpoint)
  const opened = await openRemote(session)
  if (opened.kind === 'failed') return 'cannot_tell'
  const { remote } = opened
  try {
    // The part first: if the file moves in between, it is seen in its new place.
    const part = await remote.look(place.part)
    const there = await compare(remote, place.final, file.body, () => session.heartbeat('comparing'))
    if (there === 'same') return 'arrived'
    if (there !== 'absent') return 'cannot_tell'
    return part !== null || mark !== 'RENAMING' ? 'absent' : 'cannot_tell'
  } catch {
    return 'cannot_tell'
  } finally {
    remote.close()
  }
}
