import { passFailpoint } from './steering.ts'

/** How claims reach a provider: a transport's name. */
export type EffectChannel = 'http' | 'sftp' | 'email' | 'manual'

interface Declared {
  /** A verb or noun that no other effect has: `send`, `claims_signal`. */
  name: string
  /** The process that has the effect, and dies at its places. */
  in: 'worker' | 'api'
  /** Where each channel has a moment of its own; absent: one moment for all. */
  channels?: readonly EffectChannel[]
  /** How the world stands when the process dies just before it; absent: not a place of its own. */
  before?: string
  /** The same for the moment just after it, before anything else was done. */
  after?: string
}

/** One place to die at: `before_send:http`. */
export interface Failpoint {
  name: string
  in: Declared['in']
  channel: EffectChannel | null
  /** How the world stands when the process dies here. */
  state: string
}

type Side = 'before' | 'after'
type Passing<D> = D extends { channels: readonly EffectChannel[] } ? (channel: EffectChannel) => void : () => void

const registry = new Map<string, Failpoint>()

/**
 * Declares something that outlives the process: bytes that leave, a commit, a signal, a start. It
 * stands in the file in which the effect happens, which calls `before` and `after` at the two
 * moments. The places to die at are made of it; there are no others. On a channel that was not
 * declared a call does nothing. Throws for a name that is taken.
 */
export function durableEffect<const D extends Declared>(declared: D): { [S in Side & keyof D]: Passing<D> } {
  const pass = (side: Side) => {
    const names = placesOf(declared, side)
    return (channel?: EffectChannel) => {
      const name = names.get(channel ?? null)
      if (name !== undefined) passFailpoint(name)
    }
  }
  return { before: pass('before'), after: pass('after') } as { [S in Side & keyof D]: Passing<D> }
}

/** Every place that the modules loaded so far declare, in the order of their declaration. */
export function declaredFailpoints(): Failpoint[] {
  return [...registry.values()]
}

/** The declared places of one side, by channel; null is the channel of an effect without. */
function placesOf(declared: Declared, side: Side): Map<EffectChannel | null, string> {
  const names = new Map<EffectChannel | null, string>()
  const state = declared[side]
  if (state === undefined) return names
  for (const channel of declared.channels ?? [null]) {
    const name = channel === null ? `${side}_${declared.name}` : `${side}_${declared.name}:${channel}`
    if (registry.has(name)) throw new Error(`the failpoint ${name} is declared twice`)
    registry.set(name, { name, in: declared.in, channel, state })
    names.set(channel, name)
  }
  return names
}
