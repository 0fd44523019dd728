import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { kept } from '../kept.ts'

/**
 * Addresses of the clinic and of the claims desk. The clinic's mailbox is part of the twin, so that
 * the product reads a real IMAP server.
 */
export const CLINIC = 'claims@brightsmile.example'
export const DESK = 'claims@visayas-health.example'
/** The clinic's own mail server, which says who sent a mail. */
export const CLINIC_SERVER = 'mx.brightsmile.example'
export const USERNAME = 'brightsmile'

/**
 * The password of the clinic's account at both servers: made once for a folder, so that a restart
 * takes the same one.
 */
export function passwordIn(folder: string): string {
  return kept(path.join(folder, 'password'), () => randomBytes(18).toString('base64url'))
}
