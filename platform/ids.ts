import { randomInt } from 'node:crypto'
import { v7 } from 'uuid'

/** A UUIDv7: ids sort by the time they were made. */
export function newId(): string {
  return v7()
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/**
 * 16 of Crockford base32, uppercase: 80 random bits, short enough for every format (X12 guarantees
 * 20 characters back).
 */
export function newSubmissionNumber(): string {
  return Array.from({ length: 16 }, () => CROCKFORD[randomInt(32)]).join('')
}
