import { inflateSync } from 'node:zlib'

/** The words of a PDF as our own writer makes them (objects in plain, fonts with ToUnicode maps), in the order in which they are drawn. */
export function pdfWords(body: Uint8Array): string {
  const file = Buffer.from(body).toString('latin1')
  const objects = new Map<string, { dictionary: string; stream: string }>()
  for (const [, number = '', content = ''] of file.matchAll(/(?:^|\n)(\d+) 0 obj\r?\n([\s\S]*?)\r?\nendobj/g))
    objects.set(number, partsOf(content))
  const maps = new Map<string, Map<string, string>>()
  for (const { dictionary } of objects.values())
    for (const [, name = '', number = ''] of dictionary.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      const map = /\/ToUnicode (\d+) 0 R/.exec(objects.get(number)?.dictionary ?? '')?.[1]
      if (map !== undefined) maps.set(name, unicodeMap(objects.get(map)?.stream ?? ''))
    }
  const words = [...objects.values()].flatMap(({ stream }) => (stream.includes('BT') ? drawn(stream, maps) : []))
  return words.join(' ').replaceAll(/\s+/g, ' ')
}

function partsOf(content: string): { dictionary: string; stream: string } {
  const [dictionary = '', ...rest] = content.split(/stream\r?\n/)
  const raw = Buffer.from(rest.join('stream\n').replace(/\r?\nendstream[\s\S]*$/, ''), 'latin1')
  if (rest.length === 0 || !dictionary.includes('/FlateDecode')) return { dictionary, stream: raw.toString('latin1') }
  try {
    return { dictionary, stream: inflateSync(raw).toString('latin1') }
  } catch {
    return { dictionary, stream: '' }
  }
}

/** Source: Adobe Technical Note 5014, bfchar and bfrange. */
function unicodeMap(cmap: string): Map<string, string> {
  const map = new Map<string, string>()
  for (const [, from = '', list = ''] of cmap.matchAll(/<([0-9a-f]{4})>\s*<[0-9a-f]{4}>\s*\[([^\]]*)\]/gi))
    for (const [index, [, to = '']] of [...list.matchAll(/<([0-9a-f]*)>/gi)].entries())
      map.set((Number.parseInt(from, 16) + index).toString(16).padStart(4, '0'), letters(to))
  for (const [, block = ''] of cmap.matchAll(/beginbfchar([\s\S]*?)endbfchar/g))
    for (const [, from = '', to = ''] of block.matchAll(/<([0-9a-f]{4})>\s*<([0-9a-f]+)>/gi))
      map.set(from.toLowerCase(), letters(to))
  return map
}

function letters(hex: string): string {
  return Buffer.from(hex, 'hex').swap16().toString('utf16le')
}

function drawn(stream: string, maps: Map<string, Map<string, string>>): string[] {
  const words: string[] = []
  let font: Map<string, string> | undefined
  for (const [, name, list] of stream.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)) {
    if (name !== undefined) font = maps.get(name)
    else
      words.push(
        [...(list ?? '').matchAll(/<([0-9a-f]*)>/gi)]
          .flatMap(([, hex = '']) => hex.toLowerCase().match(/.{4}/g) ?? [])
          .map((glyph) => font?.get(glyph) ?? '')
          .join(''),
      )
  }
  return words
}
