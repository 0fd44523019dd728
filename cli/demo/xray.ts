import { crc32, deflateSync } from 'node:zlib'

/**
 * A small greyscale PNG that stands for an X-ray: real bytes that every checker takes for what they
 * are. `row` answers the grey values of a row of `size`.
 */
export function xrayPng(size = 64, row: (size: number, y: number) => Uint8Array = shadows): Uint8Array {
  const rows = Array.from({ length: size }, (_, y) => Buffer.concat([Buffer.from([0]), row(size, y)]))
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  header.set([8, 0, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function shadows(size: number, y: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, x) => Math.round(128 + 100 * Math.sin(x / 7) * Math.cos(y / 9)))
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}
