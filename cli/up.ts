import path from 'node:path'
import type { Managed } from './managed.ts'
import { seedDemo } from './seedDemo.ts'
import { type Stack, startStack } from './stack.ts'

/** A part that ends by itself is started again this often within a minute; then something is really wrong. */
const RESTARTS_PER_MINUTE = 5

/** `claimhub up`: everything on embedded defaults, until Ctrl-C. */
export async function up(options: { data: string; port: string; uiPort: string; scale: string }): Promise<void> {
  const say = (words: string) => process.stdout.write(`${words}\n`)
  const stop = interrupted()
  const stack = await startStack({
    folder: path.resolve(options.data),
    apiPort: Number(options.port),
    uiPort: Number(options.uiPort),
    scale: Number(options.scale),
    say,
    seed: seedDemo,
  })
  const broken = watch(stack, say)
  say(banner(stack))
  try {
    await Promise.race([stop, broken])
    say('stopping …')
  } finally {
    await stack.stop()
  }
  say('stopped')
}

function banner(stack: Stack): string {
  return [
    '',
    'claimhub is up',
    `  API           ${stack.apiUrl}`,
    `  API docs      ${stack.apiUrl}/docs`,
    `  Temporal UI   ${stack.uiUrl}`,
    `  API key       ${stack.state.apiKey}`,
    `  data          ${stack.folder}`,
    '',
    `Try: curl -H 'Authorization: Bearer ${stack.state.apiKey}' '${stack.apiUrl}/v1/patients?billable=true'`,
    'Ctrl-C stops everything.',
  ].join('\n')
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
}

/** Restarts what ends by itself; rejects with its name and last words when that doesn't help. */
function watch(stack: Stack, say: (words: string) => void): Promise<never> {
  return new Promise((_resolve, reject) => {
    for (const part of Object.values(stack.parts) as Managed[]) {
      const ends: number[] = []
      const restart = (words: string) => {
        const now = Date.now()
        ends.push(now)
        if (ends.filter((at) => now - at < 60_000).length > RESTARTS_PER_MINUTE) {
          reject(new Error(`${words} again and again; its last words:\n${part.lastWords()}`))
          return
        }
        say(`${words}; starting it again`)
        part.start().catch((error: Error) => restart(error.message))
      }
      part.onUnexpectedEnd(restart)
    }
  })
}
