/**
 * Our word for theirs, from a table with our word left and theirs right; null when the table has
 * none: what we don't know never becomes a state of ours.
 */
export function ourWord<W extends string>(
  table: Readonly<Record<W, readonly string[]>>,
  theirs: string | null,
): W | null {
  if (theirs === null) return null
  for (const word of Object.keys(table) as W[]) if (table[word].includes(theirs)) return word
  return null
}
