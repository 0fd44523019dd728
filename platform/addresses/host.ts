import ipaddr from 'ipaddr.js'

/** A host in its one plain form: what is judged is what is connected to. */
export type Host = { kind: 'address'; address: string } | { kind: 'name'; name: string }

/**
 * Reads a host as the web's URL standard does: octal, hexadecimal and short forms, full-width
 * digits and trailing dots become the address that they mean. Null for what is no host (a zone id,
 * a user name, a path, an escape).
 */
export function hostFrom(text: string): Host | null {
  const bare = /^\[(.*)\]$/.exec(text)?.[1] ?? text
  if (bare.includes(':')) return ipaddr.IPv6.isValid(bare) && !bare.includes('%') ? plain(bare) : null
  if (bare === '' || bare.length > 253 || /[\s/?#@\\%[\]]/u.test(bare)) return null
  const url = `http://${bare}/`
  if (!URL.canParse(url)) return null
  const { hostname } = new URL(url)
  if (ipaddr.IPv4.isValidFourPartDecimal(hostname)) return plain(hostname)
  const name = hostname.replace(/\.$/, '')
  return /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/.test(name)
    ? { kind: 'name', name }
    : null
}

/** RFC 6761: these names mean this machine, whatever a resolver says. */
export function isLocalhost(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost')
}

function plain(address: string): Host {
  return { kind: 'address', address: ipaddr.parse(address).toString() }
}
