import type { MailFile } from './compose.ts'

/** A mail as far as a mapping needs it. Ids stand without their angle brackets. */
export interface Mail {
  subject: string
  /** As the mail says it, which anybody can write. */
  from: string
  /** ISO 8601 UTC; null when it says none. */
  sentAt: string | null
  /** Ids that it answers, the nearest first: In-Reply-To, then References from the end. */
  answers: string[]
  /**
   * `reply`: a robot's answer to a mail (out of office); `generated`: a system's own mail; `no`: a
   * person, or nothing said.
   */
  automatic: 'no' | 'reply' | 'generated'
  text: string
  files: ReceivedFile[]
  /** What a mail server says of a mail of ours, by RFC 3464 or in its own words. */
  report: DeliveryReport | null
}

/** A file of a mail; `embedded` ones belong to its text (a logo, a signature) and say nothing. */
export interface ReceivedFile extends MailFile {
  embedded: boolean
}

export interface DeliveryReport {
  /**
   * `failed` for good, `delayed` and still tried, or some other word of the server's (`delivered`,
   * `relayed`, `expanded`).
   */
  action: string
  /** Enhanced status code such as `5.1.1`; empty when there is none. */
  status: string
  /** The server's own line. */
  said: string
  /** Ids of the mails that it speaks of. */
  about: string[]
}
