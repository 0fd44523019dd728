import { createHash, randomBytes } from 'node:crypto'
import path from 'node:path'
import ssh2 from 'ssh2'
import { kept } from '../kept.ts'
import { usableKeyPair } from '../sshKeys.ts'

/** The twin's host key and the clinics' password, made once and kept in its folder. */
export function secretsIn(
  folder: string,
  hostKeyFile = path.join(folder, 'host_key'),
): { hostKey: string; hostKeySha256: string; password: string } {
  const hostKey = kept(hostKeyFile, () => usableKeyPair().private)
  const parsed = ssh2.utils.parseKey(hostKey)
  if (parsed instanceof Error) throw new Error(`${hostKeyFile} holds no private key`, { cause: parsed })
  return {
    hostKey,
    hostKeySha256: createHash('sha256').update(parsed.getPublicSSH()).digest('base64'),
    password: kept(path.join(folder, 'password'), () => randomBytes(18).toString('base64url')),
  }
}
