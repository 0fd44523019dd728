/** The part of pdfmake that draws pages; the library has no types of its own for it. */
declare module 'pdfmake/js/Renderer.js' {
  export interface DrawnInline {
    text: string
    fontSize: number
    characterSpacing?: number
  }
  export interface DrawnLine {
    x: number
    y: number
    inlines: DrawnInline[]
    getWidth(): number
  }
  export default class Renderer {
    pdfDocument: PDFKit.PDFDocument
    renderPages(pages: unknown[]): void
    renderLine(line: DrawnLine, x: number, y: number): void
    renderVector(vector: unknown): void
    renderWatermark(page: unknown): void
  }
}
