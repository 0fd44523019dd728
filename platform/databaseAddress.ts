/** Where the database is, for the application's two roles. */
export interface DatabaseAddress {
  host: string
  port: number
  database: string
  /** Password of `claimhub_app`. */
  password: string
  /** Password of `claimhub_across`. */
  acrossPassword: string
  poolSize?: number
  /** The server must show a certificate of a trusted authority (NODE_EXTRA_CA_CERTS adds one). */
  tls?: boolean
}

/** What `migrate` gives the application's two roles. Times in milliseconds. */
export interface RoleSettings {
  appPassword: string
  acrossPassword: string
  /** Longest that one statement may take. */
  statementMs: number
  /** Longest that a statement waits for a lock. */
  lockMs: number
  /** Longest that an open transaction may be silent: it holds its locks meanwhile. */
  idleTransactionMs: number
}
