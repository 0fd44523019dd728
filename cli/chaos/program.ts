import { fileURLToPath } from 'node:url'

/** Worker and API that can be told where to die, and what to do wrong. */
export const PROGRAM = fileURLToPath(new URL('process.js', import.meta.url))
