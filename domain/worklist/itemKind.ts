import type { Closer } from './closers.ts'
import type { IdsOf, ItemRole, Kind } from './itemContents.ts'

/**
 * One kind of worklist item: whom it asks, what makes its cause, and what takes it off again. What
 * it says and what to do is in the words of each language.
 */
export interface ItemKind<K extends Kind> {
  role: ItemRole
  /** The ids that tell one cause from another, in the order of the key. */
  cause(ids: IdsOf<K>): (string | number)[]
  /** What closes it besides a person, who may close every item with a reason. */
  closedBy: readonly Closer[]
}

export type ItemKinds = { [K in Kind]: ItemKind<K> }
