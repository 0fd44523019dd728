import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** The text of a PDF as poppler sees it, which shares nothing with us; `-layout` keeps what stands beside each other on one line. */
export async function textOfPdf(pdf: Uint8Array): Promise<string> {
  const started = promisify(execFile)('pdftotext', ['-layout', '-enc', 'UTF-8', '-', '-'], { encoding: 'utf8' })
  started.child.stdin?.end(pdf)
  try {
    const { stdout } = await started
    return stdout
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new Error('pdftotext is missing; install it (apt-get install poppler-utils)', { cause: error })
    }
    throw error
  }
}
