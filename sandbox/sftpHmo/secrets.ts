import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import ssh2 from 'ssh2'
import { usableKeyPair } from '../sshKeys.ts'

/** The twin's host key and the clinics' password, made once and kept in its folder. */
export function secretsIn(
  folder: string,
  hostKeyFile = path.join(folder, 'host_key'),
): { hostKey: string; hostKeySha256: string; password: string } {
  mkdirSync(folder, { recursive: true })
  const hostKey = kept(hostKeyFile, () => usableKeyPair().private)
  const parsed = ssh2.utils.parseKey(hostKey)
  if (parsed instanceof Error) throw new Error(`${hostKeyFile} holds no private key`, { cause: parsed })
  return {
    hostKey,
    hostKeySha256: createHash('sha256').update(parsed.getPublicSSH()).digest('base64'),
    password: kept(path.join(folder, 'password'), () => randomBytes(18).toString('base64url')),
  }
}

function kept(file: string, make: () => string): string {
  if (!existsSync(file)) writeFileSync(file, make(), { mode: 0o600 })
  return readFileSync(file, 'utf8')
}
