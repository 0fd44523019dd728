import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { create, type Font } from 'fontkit'
import { unwoff } from './unwoff.ts'

/**
 * Fonts of our papers, the nicest first: DejaVu (Latin, Cyrillic, Greek, Hebrew, Arabic, Armenian,
 * Georgian), Noto for Chinese and Japanese and for Thai, and Unifont, plain but with nearly every
 * letter of the basic plane, so that a name in any script of the world is at least legible. All but
 * DejaVu are optional packages: an installation for one country may leave them out.
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

/** False for a font that is not installed. */
export function has(name: FontName, character: string): boolean {
  const point = character.codePointAt(0)
  return point !== undefined && (opened(name)?.hasGlyphForCodePoint(point) ?? false)
}

/** The packages of fonts that are not installed here. */
export function missingFonts(): string[] {
  const files = NAMES.map((name) => FALLBACKS[name].normal).filter((file) => locate(file) === null)
  return files.map((file) =>
    file
      .split('/')
      .slice(0, file.startsWith('@') ? 2 : 1)
      .join('/'),
  )
}

const fonts = new Map<FontName, Font | null>()

/**
 * Opened once, and only when a letter asks for it: the Chinese font has 8 MB. Null when it is not
 * installed.
 */
function opened(name: FontName): Font | null {
  const known = fonts.get(name)
  if (known !== undefined) return known
  const font = locate(FALLBACKS[name].normal) === null ? null : openedFrom(name)
  fonts.set(name, font)
  return font
}

function openedFrom(name: FontName): Font {
  const font = create(fontBytes(FALLBACKS[name].normal))
  if (!('hasGlyphForCodePoint' in font)) throw new Error(`${FALLBACKS[name].normal} is a collection, not a font`)
  return font
}

const files = new Map<string, Buffer>()

/** A font file of `FONTS`, unpacked, read once. */
export function fontBytes(file: string): Buffer {
  const known = files.get(file)
  if (known) return known
  const at = locate(file)
  if (at === null) throw new Error(`the font ${file} is not installed`)
  const bytes = readFileSync(at)
  const font = file.endsWith('.woff') ? unwoff(bytes) : bytes
  files.set(file, font)
  return font
}

const require = createRequire(import.meta.url)

/** Not by `require.resolve`: font packages do not export their files. */
function locate(file: string): string | null {
  return (require.resolve.paths(file) ?? []).map((folder) => path.join(folder, file)).find(existsSync) ?? null
}
