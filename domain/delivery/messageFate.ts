/**
 * How far one message of an interchange has come. `prepared`: its bytes are stored, and certainly
 * nothing of it has left. `marked`: the step that makes its bytes visible was about to be done, so
 * that it may be there. `left`: the provider's server took it. `proved`: the provider's own side
 * shows it. `refused`: the provider refused it, or it came back.
 */
export type MessageFate = 'prepared' | 'marked' | 'left' | 'proved' | 'refused'

/** The provider, or its server, has the message. */
export function isThere(fate: MessageFate): boolean {
  return fate === 'left' || fate === 'proved'
}

/** Nobody knows, or a person must ask: only a look or the provider's own notice settles it. */
export function isDoubtful(fate: MessageFate): boolean {
  return fate === 'marked' || fate === 'refused'
}

/**
 * Which messages an attempt sends. `repeats`: the provider knows the key of those that may be
 * there, so that sending them again makes no second effect.
 */
export function leavesNow(fate: MessageFate, repeats: boolean): boolean {
  return fate === 'prepared' || (fate === 'marked' && repeats)
}
