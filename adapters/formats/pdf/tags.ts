import RendererModule, { type DrawnLine } from 'pdfmake/js/Renderer.js'
import { FormatRefusal } from '../../../domain/claims/formatRefusal.ts'

/** Points at the foot of a page that belong to no paragraph. */
const FOOT = 54
/** What a printer leaves white at the right. */
const EDGE = 14
const TITLE_SIZE = 15
/** Only headings are spaced out. */
const HEADING_SPACING = 0.6

/**
 * Makes pdfmake tag what it draws, for readers that speak a paper and for programs that take it
 * apart (source: ISO 32000-1, 14.8): each line of text is an element of the document in the order
 * of reading, everything else is an artifact. A line that runs off the page is refused: a paper on
 * which something doesn't fit is never sent.
 */
export function tagDrawing(): void {
  const { prototype } = rendererOf(RendererModule)
  const { renderPages, renderLine, renderVector, renderWatermark } = prototype
  const roots = new WeakMap<object, PDFKit.PDFStructureElement>()

  prototype.renderPages = function (pages) {
    const root = this.pdfDocument.struct('Document')
    this.pdfDocument.addStructure(root)
    roots.set(this.pdfDocument, root)
    renderPages.call(this, pages)
    root.end()
  }
  prototype.renderLine = function (line, x, y) {
    const { page } = this.pdfDocument
    refuseOutside(line, page)
    const root = roots.get(this.pdfDocument)
    if (root === undefined || y > page.height - FOOT) {
      artifact(this.pdfDocument, () => renderLine.call(this, line, x, y))
      return
    }
    const kind = kindOf(line)
    const content = this.pdfDocument.markStructureContent(kind)
    renderLine.call(this, line, x, y)
    this.pdfDocument.endMarkedContent()
    root.add(this.pdfDocument.struct(kind, {}, [content]))
  }
  prototype.renderVector = function (vector) {
    artifact(this.pdfDocument, () => renderVector.call(this, vector))
  }
  prototype.renderWatermark = function (page) {
    artifact(this.pdfDocument, () => renderWatermark.call(this, page))
  }
}

function artifact(document: PDFKit.PDFDocument, draw: () => void): void {
  document.markContent('Artifact', { type: 'Layout' })
  draw()
  document.endMarkedContent()
}

function kindOf({ inlines }: DrawnLine): 'H1' | 'H2' | 'P' {
  const [first] = inlines
  if (first !== undefined && first.fontSize > TITLE_SIZE) return 'H1'
  return first?.characterSpacing === HEADING_SPACING ? 'H2' : 'P'
}

function refuseOutside(line: DrawnLine, { width, height }: PDFKit.PDFPage): void {
  if (line.x + line.getWidth() <= width - EDGE && line.y <= height) return
  throw new FormatRefusal('form', 'a text is too wide for the paper: put blanks or hyphens into its longest word')
}

/** CommonJS seen through Node and seen through a bundler differ by one `default`. */
function rendererOf(found: typeof RendererModule | { default: typeof RendererModule }): typeof RendererModule {
  return 'default' in found ? found.default : found
}
