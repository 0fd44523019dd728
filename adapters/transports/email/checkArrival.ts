import type { OutMessage } from '../../contract.ts'
import type { ArrivalCheck, Session } from '../transport.ts'
import type { EmailEndpoint } from './endpoint.ts'

/**
 * Nobody can look into the provider's mailbox. Without the mark the mail was never handed over,
 * even if the worker died; with it only a reply or a bounce tells.
 */
export async function checkArrival(
  _message: OutMessage,
  _session: Session<EmailEndpoint>,
  mark: string | null,
): Promise<ArrivalCheck> {
  return mark === null ? 'absent' : 'cannot_tell'
}
