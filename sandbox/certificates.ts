import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/**
 * PEM of a server certificate for 127.0.0.1 and localhost, its key, and the private authority that
 * vouches for it.
 */
export interface ServerIdentity {
  caCertificate: string
  certificate: string
  key: string
}

const DAY_MS = 86_400_000
const YEARS = 10

/**
 * Makes a private authority and a server certificate signed by it (ECDSA P-256). The authority's
 * key is thrown away: it signs nothing else. Node can make keys and signatures but no certificates,
 * so their few structures are written here (source: RFC 5280, 4.1).
 */
export function makeServerIdentity(now: Date): ServerIdentity {
  const authority = keyPair()
  const server = keyPair()
  const from = new Date(now.getTime() - DAY_MS)
  const until = new Date(now.getTime() + YEARS * 365 * DAY_MS)
  const shared = { issuer: 'Twin authority', from, until, signedBy: authority.privateKey }
  return {
    caCertificate: certificate({
      ...shared,
      subject: 'Twin authority',
      publicKey: authority.publicKey,
      extensions: CA,
    }),
    certificate: certificate({ ...shared, subject: '127.0.0.1', publicKey: server.publicKey, extensions: SERVER }),
    key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

function keyPair(): { privateKey: KeyObject; publicKey: KeyObject } {
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  return { privateKey: createPrivateKey(privateKey), publicKey: createPublicKey(privateKey) }
}

interface Wanted {
  issuer: string
  subject: string
  from: Date
  until: Date
  publicKey: KeyObject
  signedBy: KeyObject
  extensions: Buffer[]
}

function certificate({ issuer, subject, from, until, publicKey, signedBy, extensions }: Wanted): string {
  const version3 = der(0xa0, integer(Buffer.from([2])))
  const serial = integer(Buffer.concat([Buffer.from([0x01]), randomBytes(15)]))
  const body = sequence(
    version3,
    serial,
    ECDSA_WITH_SHA256,
    name(issuer),
    sequence(time(from), time(until)),
    name(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  )
  const whole = sequence(body, ECDSA_WITH_SHA256, bits(sign('sha256', body, signedBy)))
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, ...parts)
}

function integer(bytes: Buffer): Buffer {
  return der(0x02, bytes)
}

function bits(bytes: Buffer): Buffer {
  return der(0x03, Buffer.from([0]), bytes)
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'))
}

function text(value: string): Buffer {
  return der(0x0c, Buffer.from(value, 'utf8'))
}

function name(commonName: string): Buffer {
  return sequence(der(0x31, sequence(oid('550403'), text(commonName))))
}

/** GeneralizedTime: YYYYMMDDHHMMSSZ. */
function time(at: Date): Buffer {
  // RFC 5280 wants UTCTime (two digits of the year) before 2050.
  const digits = at.toISOString().replace(/\D/g, '').slice(0, 14)
  const utc = at.getUTCFullYear() < 2050
  return der(utc ? 0x17 : 0x18, Buffer.from(`${utc ? digits.slice(2) : digits}Z`))
}

function extension(id: string, value: Buffer): Buffer {
  const critical = der(0x01, Buffer.from([0xff]))
  return sequence(oid(id), critical, der(0x04, value))
}

const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'))
const TRUE = der(0x01, Buffer.from([0xff]))
/** basicConstraints (CA, no further authority below) and keyUsage keyCertSign. */
const CA = [
  extension('551d13', sequence(TRUE, integer(Buffer.from([0])))),
  extension('551d0f', der(0x03, Buffer.from([2, 0x04]))),
]
/** subjectAltName: the address and the name of this machine. */
const SERVER = [
  extension('551d11', sequence(der(0x87, Buffer.from([127, 0, 0, 1])), der(0x82, Buffer.from('localhost')))),
]
