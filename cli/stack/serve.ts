/** Tells the parent that this process is ready: one JSON line on stdout. */
export function announce(report: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify({ ready: true, ...report })}\n`)
}

/**
 * Resolves when somebody asks this process to end: SIGTERM, Ctrl-C, or the end of the parent that
 * holds its standard input.
 */
export async function asked(): Promise<void> {
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
    if (process.env['CLAIMHUB_PARENT'] === '1') {
      process.stdin.resume()
      process.stdin.once('end', () => resolve())
      process.stdin.once('close', () => resolve())
    }
  })
  // An open standard input would keep the process when all else has ended.
  process.stdin.destroy()
}
