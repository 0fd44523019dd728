export interface HttpOut {
  transport: 'http'
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below the connection's base address, with its query. */
  path: string
  headers: Record<string, string>
  body: Uint8Array | null
  /**
   * What the message is about, for the adapter itself (our submission number): comes back with the
   * answer. Where it is one of the interchange's, the message carries that claim only. No patient
   * data.
   */
  about?: string
}
/**
 * Whose claims and papers a message carries, by our submission numbers: what becomes of it says
 * nothing of the others. Absent: every claim of the interchange.
 */
export interface Carries {
  /** Their claim itself is in it. */
  claims: string[]
  /** Only papers of theirs are. */
  papers: string[]
}
export interface FileOut {
  transport: 'sftp'
  /** Unique per connection; no patient data. The folder is the connection's. */
  name: string
  body: Uint8Array
  carries?: Carries
}
/**
 * One mail. `body` is the MIME entity (from its Content-Type header on) as the format made it; the
 * transport puts the connection's addresses and the other headers in front. Recipients come from
 * the connection only, never from a claim.
 */
export interface MailOut {
  transport: 'email'
  /**
   * Left side of our own Message-ID, unique per message; the connection's domain is the right side.
   * Comes back in In-Reply-To and References.
   */
  messageId: string
  /** ASCII, with the token that a reply carries. No patient data. */
  subject: string
  /** ISO 8601 UTC. */
  date: string
  body: Uint8Array
  carries?: Carries
}
/** One file of a packet that a person takes to the provider's portal. Nothing leaves by itself. */
export interface PaperOut {
  transport: 'manual'
  /** Unique within the packet; no patient data. */
  name: string
  mediaType: string
  body: Uint8Array
}
export type OutMessage = HttpOut | FileOut | MailOut | PaperOut
