import type { Closer } from './closers.ts'
import type { IdsOf, ItemRole, Kind, WordsOf } from './itemContents.ts'

/**
 * One kind of worklist item: whom it asks, what makes its cause, what it says, what to do, and what
 * takes it off again.
 */
export interface ItemKind<K extends Kind> {
  role: ItemRole
  /** The ids that tell one cause from another, in the order of the key. */
  cause(ids: IdsOf<K>): (string | number)[]
  /** What happened, for a stranger. No patient data. */
  sentence(words: WordsOf<K>): string
  /** Who does what now. */
  nextMove: string
  /** What closes it besides a person, who may close every item with a reason. */
  closedBy: readonly Closer[]
}

export type ItemKinds = { [K in Kind]: ItemKind<K> }
