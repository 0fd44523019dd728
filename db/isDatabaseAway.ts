/**
 * SQLSTATE classes and codes after which the same request may well succeed: connection lost, server
 * going down or coming up, deadlock, a time limit.
 */
const PASSING = /^(08...|57P0[1-5]|57014|53...|40001|40P01|25006|25P03|55P03)$/
/** What Node and pg's pool say when there is no database to talk to. */
const SYSTEM = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'])
const WORDS =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/

/**
 * Is it Postgres being away for a while, and not a fault of what was asked? Then the same again may
 * succeed, and nothing is wrong with anybody's data.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isDatabaseAway)
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return SYSTEM.has(code) || PASSING.test(code) || WORDS.test(error.message)
}
