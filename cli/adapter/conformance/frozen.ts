/**
 * Freezes a value all the way down: whoever writes to it throws. Bytes cannot be frozen and are
 * left alone.
 */
export function deepFrozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  for (const inner of Object.values(value)) deepFrozen(inner)
  return Object.freeze(value)
}
