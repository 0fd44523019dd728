import { extractText, getDocumentProxy } from 'unpdf'

/** The words of a PDF, page by page, as another program than the one that wrote it reads them. */
export async function pagesOfPdf(pdf: Uint8Array): Promise<string[]> {
  const { text } = await extractText(await getDocumentProxy(pdf.slice()), { mergePages: false })
  return text
}

export async function textOfPdf(pdf: Uint8Array): Promise<string> {
  return (await pagesOfPdf(pdf)).join('\n')
}
