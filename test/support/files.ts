/**
 * Smallest files of each kind that attachments take, made here so that their parts can be spoilt.
 */

export function pdf(object = '<< /Type /Catalog >>'): Buffer {
  return Buffer.from(`%PDF-1.7\n1 0 obj\n${object}\nendobj\ntrailer << /Root 1 0 R >>\nstartxref\n0\n%%EOF\n`, 'latin1')
}

export function png(width = 1, height = 1): Buffer {
  const header = Buffer.alloc(25)
  header.writeUInt32BE(13, 0)
  header.write('IHDR', 4, 'latin1')
  header.writeUInt32BE(width, 8)
  header.writeUInt32BE(height, 12)
  header.set([8, 0, 0, 0, 0], 16)
  const data = Buffer.from('0000000049444154', 'hex')
  const end = Buffer.from('0000000049454e44ae426082', 'hex')
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), header, data, Buffer.alloc(4), end])
}

export function jpeg(width = 1, height = 1): Buffer {
  const frame = Buffer.from('ffc0000b080000000001011100', 'hex')
  frame.writeUInt16BE(height, 5)
  frame.writeUInt16BE(width, 7)
  const start = Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex')
  return Buffer.concat([start, frame, Buffer.from('ffda0008010100003f0000', 'hex'), Buffer.from('ffd9', 'hex')])
}

export function dicom(): Buffer {
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), Buffer.from('0200000055', 'hex'), Buffer.alloc(200)])
}
