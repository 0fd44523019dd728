import { readMail } from '../adapters/formats/mail/read.ts'
import { transportOf } from '../adapters/transports/index.ts'
import { startServer } from '../api/server.ts'
import { settingsFrom } from '../platform/settings.ts'
import { announce, asked } from './stack/serve.ts'

/** `claimhub api`: serves the API until it is asked to end. */
export async function api(env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const server = await startServer(settingsFrom(env), { transportOf, readMail })
  announce({ port: server.port })
  await asked()
  await server.close()
}
