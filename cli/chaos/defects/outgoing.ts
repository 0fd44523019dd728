import type { OutMessage } from '../../../adapters/contract.ts'
import type { SendOptions, Sent, Session, Transport } from '../../../adapters/transports/transport.ts'
import { type Defect, soundActivities } from './planting.ts'

type Kind = OutMessage['transport']

/** One send, with the sound one at hand. */
type Sending = (message: OutMessage, session: Session, options: SendOptions, sound: Transport) => Promise<Sent>

/** Exchanges how messages are sent on the channels of these kinds. */
function sending(kinds: readonly Kind[], send: Sending): Defect {
  return (deps, strikes) =>
    soundActivities({
      ...deps,
      transportOf: (kind) => {
        const sound = deps.transportOf(kind)
        if (!kinds.includes(kind)) return sound
        return {
          ...sound,
          send: (message, session, options) =>
            strikes() ? send(message, session, options, sound) : sound.send(message, session, options),
        }
      },
    })
}

export const OUTGOING = {
  /** Says that it has arrived, and nothing has left. */
  'never-sends': sending(['http', 'sftp', 'email'], async () => ({ kind: 'arrived' })),
  /** Every mail goes out twice. */
  'sends-twice': sending(['email'], async (message, session, options, sound) => {
    await sound.send(message, session, options)
    return sound.send(message, session, options)
  }),
  /** Sends a claim under a number that we don't have. */
  'other-number': sending(['sftp'], (message, session, options, sound) =>
    sound.send({ ...message, body: renumbered(message) } as OutMessage, session, options),
  ),
} satisfies Record<string, Defect>

/** CLM01 of an X12 claim is the submission number. */
function renumbered({ body }: OutMessage): Uint8Array {
  const text = Buffer.from(body ?? []).toString('latin1')
  return Buffer.from(
    text.replaceAll(/(CLM\*)(\w{16})/g, (_all, tag, number) => tag + turned(number)),
    'latin1',
  )
}

function turned(number: string): string {
  return [...number].toReversed().join('')
}
