/**
 * What `migrate` gives the roles of the test server. Two passwords, as in production: nothing works
 * by the wrong one.
 */
export const TEST_ROLES = {
  appPassword: 'test-only',
  acrossPassword: 'test-only-across',
  statementMs: 30_000,
  lockMs: 10_000,
  idleTransactionMs: 60_000,
}
