import { runEmbeddedPostgres } from '../platform/embeddedPostgres.ts'
import { announce, asked } from './serve.ts'

/** `claimhub postgres`: the embedded Postgres, in a process of its own. Only `claimhub up` and its like start it. */
export async function postgres(options: { folder: string; port: string }): Promise<void> {
  const port = Number(options.port)
  const password = process.env['CLAIMHUB_DB_PASSWORD'] ?? ''
  await runEmbeddedPostgres({ folder: options.folder, port, password, ready: () => announce({ port }), ended: asked() })
}
