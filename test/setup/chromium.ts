import { programIn } from './machine.ts'

/**
 * The browser that CHROMIUM_PATH names, else the first one on PATH; null when there is none. A test
 * file that imports this one makes `npm test` get it.
 */
export function chromiumPath(env: NodeJS.ProcessEnv): string | null {
  const names = ['chromium', 'chromium-browser', 'google-chrome']
  return env['CHROMIUM_PATH'] || names.map((name) => programIn(env, name)).find((found) => found !== null) || null
}
