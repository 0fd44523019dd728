import path from 'node:path'
import { temporalFrom } from '../platform/temporalAddress.ts'
import { seedDemo } from './seed/seedDemo.ts'
import { type Stack, startStack } from './stack/stack.ts'
import { watch } from './stack/watch.ts'

/** `claimhub up`: everything on embedded defaults, until Ctrl-C. */
export async function up(options: { data: string; port?: number; uiPort?: number; scale?: number }): Promise<void> {
  const say = (words: string) => process.stdout.write(`${words}\n`)
  const databaseUrl = process.env['DATABASE_URL']
  const starting = startStack({
    folder: path.resolve(options.data),
    apiPort: options.port,
    uiPort: options.uiPort,
    scale: options.scale,
    say,
    seed: seedDemo,
    ownInterrupt: true,
    external: { ...(databaseUrl ? { databaseUrl } : {}), temporal: temporalFrom(process.env) !== null },
  })
  // A Ctrl-C while it starts counts as well: it is served when all that was begun can be ended.
  const stop = interrupted(say)
  const stack = await starting
  const watching = watch(Object.values(stack.parts), say)
  say(banner(stack))
  try {
    await Promise.race([stop, watching.broken])
  } finally {
    watching.end()
    say('stopping …')
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
    ...(stack.uiUrl === null ? [] : [`  Temporal UI   ${stack.uiUrl}`]),
    `  API key       ${stack.state.apiKey}`,
    `  data          ${stack.folder}`,
    '',
    `Try: curl -H 'Authorization: Bearer ${stack.state.apiKey}' '${stack.apiUrl}/v1/claims'`,
    'Ctrl-C stops everything.',
  ].join('\n')
}

function interrupted(say: (words: string) => void): Promise<void> {
  return new Promise((resolve) => {
    const asked = () => {
      say('asked to stop')
      resolve()
    }
    // Not once: an impatient second Ctrl-C must not leave processes behind.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, asked)
  })
}
