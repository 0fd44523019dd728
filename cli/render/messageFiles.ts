import path from 'node:path'
import type { OutMessage } from '../../adapters/contract.ts'
import { type MailAddresses, wireOf } from '../../adapters/transports/email/wire.ts'

/** One file of what would leave. */
export interface MessageFile {
  name: string
  body: Uint8Array
}

/**
 * The files that one message makes: files keep their name; an HTTP request is its head in one file
 * and the exact body in another; a mail is the bytes that go to the server, with the addresses of
 * the connection.
 */
export function filesOf(message: OutMessage, position: number, addresses: MailAddresses): MessageFile[] {
  switch (message.transport) {
    case 'sftp':
    case 'manual':
      return [{ name: path.basename(message.name), body: message.body }]
    case 'http': {
      const head = [
        `${message.method} ${message.path}`,
        ...Object.entries(message.headers).map(([name, value]) => `${name}: ${value}`),
      ]
      const file = { name: `${position}-request.txt`, body: encode(`${head.join('\n')}\n`) }
      if (message.body === null) return [file]
      return [file, { name: `${position}-body.${extensionOf(message.headers)}`, body: message.body }]
    }
    case 'email':
      return [{ name: `${position}-mail.eml`, body: wireOf(message, addresses) }]
  }
}

function extensionOf(headers: Record<string, string>): string {
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
  return type.includes('json') ? 'json' : type.includes('xml') ? 'xml' : 'bin'
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
