/** Where the database is, for the application's two roles. */
export interface DatabaseAddress {
  host: string
  port: number
  database: string
  /** Password of both roles, `claimhub_app` and `claimhub_across`. */
  password: string
  poolSize?: number
  /** The server must show a certificate of a trusted authority (NODE_EXTRA_CA_CERTS adds one). */
  tls?: boolean
}
