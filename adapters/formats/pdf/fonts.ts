import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { create, type Font } from 'fontkit'
import { unwoff } from './unwoff.ts'

/**
 * Fonts of our papers, the nicest first: DejaVu (Latin, Cyrillic, Greek, Hebrew, Arabic, Armenian,
 * Georgian), Noto for Chinese and Japanese and for Thai, and Unifont, plain but with nearly every
 * letter of the basic plane, so that a name in any script of the world is at least legible.
 */
const FALLBACKS = {
  Sans: {
    normal: 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
    bold: 'dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf',
  },
  Han: {
    normal: '@embedpdf/fonts-sc/fonts/NotoSansHans-Regular.otf',
    bold: '@embedpdf/fonts-sc/fonts/NotoSansHans-Bold.otf',
  },
  Thai: {
    normal: '@expo-google-fonts/noto-sans-thai/400Regular/NotoSansThai_400Regular.ttf',
    bold: '@expo-google-fonts/noto-sans-thai/700Bold/NotoSansThai_700Bold.ttf',
  },
  Rest: {
    normal: '@fontsource/unifontex/files/unifontex-latin-400-normal.woff',
    bold: '@fontsource/unifontex/files/unifontex-latin-400-normal.woff',
  },
} as const

export type FontName = keyof typeof FALLBACKS
const NAMES = ['Sans', 'Han', 'Thai', 'Rest'] as const satisfies FontName[]

/** Files by the fonts' names; `Mono` is for our own numbers only. */
export const FONTS = {
  ...FALLBACKS,
  Mono: {
    normal: 'dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf',
    bold: 'dejavu-fonts-ttf/ttf/DejaVuSansMono-Bold.ttf',
  },
} as const

/** The first font that has the letter; null when none has it. */
export function fontFor(character: string): FontName | null {
  return NAMES.find((name) => has(name, character)) ?? null
}

export function has(name: FontName, character: string): boolean {
  const point = character.codePointAt(0)
  return point !== undefined && opened(name).hasGlyphForCodePoint(point)
}

const fonts = new Map<FontName, Font>()

/** Opened once, and only when a letter asks for it: the Chinese font has 8 MB. */
function opened(name: FontName): Font {
  const known = fonts.get(name)
  if (known) return known
  const font = create(fontBytes(FALLBACKS[name].normal))
  if (!('hasGlyphForCodePoint' in font)) throw new Error(`${FALLBACKS[name].normal} is a collection, not a font`)
  fonts.set(name, font)
  return font
}

const files = new Map<string, Buffer>()

/** A font file of `FONTS`, unpacked, read once. */
export function fontBytes(file: string): Buffer {
  const known = files.get(file)
  if (known) return known
  const bytes = readFileSync(locate(file))
  const font = file.endsWith('.woff') ? unwoff(bytes) : bytes
  files.set(file, font)
  return font
}

const require = createRequire(import.meta.url)

/** Not by `require.resolve`: font packages do not export their files. */
function locate(file: string): string {
  const found = (require.resolve.paths(file) ?? []).map((folder) => path.join(folder, file)).find(existsSync)
  if (found === undefined) throw new Error(`the font ${file} is not installed`)
  return found
}
