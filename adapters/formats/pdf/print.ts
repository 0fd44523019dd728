import pdfmake from 'pdfmake'
import type { Content, TDocumentDefinitions } from 'pdfmake/interfaces.js'
import { FONTS, fontBytes } from './fonts.ts'
import { tagDrawing } from './tags.ts'

/** A paper to print. Everything that the bytes depend on is here. */
export interface Paper {
  title: string
  /** Business time, ISO 8601 UTC: the document's creation date. */
  at: string
  content: Content[]
  /** Left end of the foot of every page; the page number is at the right. */
  foot: Content
  /** Across every page, when the paper is not to be taken for a real one. */
  watermark: string | null
}

/**
 * The paper as PDF. Same paper, same bytes: dates and the file's id come from the paper, and
 * nothing is fetched.
 */
export async function printPdf(paper: Paper): Promise<Uint8Array> {
  const at = new Date(paper.at)
  const definition: TDocumentDefinitions = {
    pageSize: 'A4',
    pageMargins: [42, 42, 42, 54],
    info: { title: paper.title, creator: 'claimhub', producer: 'claimhub', creationDate: at, modDate: at },
    defaultStyle: { font: 'Sans', fontSize: 8.5, lineHeight: 1.15, color: INK },
    version: '1.7',
    // Plain, so that the bytes do not depend on the zlib of the machine; a form has 60 kB.
    compress: false,
    language: 'en',
    tagged: true,
    displayTitle: true,
    content: paper.content,
    footer: (page, pages) => ({
      margin: [42, 16, 42, 0],
      fontSize: 7,
      color: GREY,
      columns: [paper.foot, { text: `Page ${page} of ${pages}`, alignment: 'right', width: 'auto' }],
    }),
    ...(paper.watermark === null
      ? {}
      : { watermark: { text: paper.watermark, font: 'Sans', color: GREY, opacity: 0.1, bold: true, fontSize: 120 } }),
  }
  return printer
    .createPdf(definition)
    .getBuffer()
    .then((buffer) => new Uint8Array(buffer))
}

export const INK = '#1a2433'
export const GREY = '#5b6675'
export const LINE = '#c9d1dc'
export const SHADE = '#eef2f7'

const printer = prepared()

/**
 * pdfmake is one object for the whole process: it gets our fonts from memory, reads no file and
 * fetches nothing.
 */
function prepared() {
  tagDrawing()
  const files = new Set<string>(Object.values(FONTS).flatMap(({ normal, bold }) => [normal, bold]))
  pdfmake.setFonts(FONTS)
  pdfmake.setUrlAccessPolicy(() => false)
  pdfmake.setLocalAccessPolicy(() => false)
  return Object.assign(pdfmake, {
    virtualfs: { existsSync: (file: string) => files.has(file), readFileSync: fontBytes },
  })
}
