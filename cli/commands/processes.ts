import type { Command } from 'commander'
import { port, positive } from './options.ts'

/** The parts of a deployment, all at once or one by one. */
export function processCommands(cli: Command): void {
  cli
    .command('up')
    .description('start everything on embedded defaults: Postgres, Temporal with its UI, the HMO twins, worker and API')
    .option(
      '--data <folder>',
      'data folder; a restart on the same folder is the same stack',
      process.env['CLAIMHUB_DATA'] ?? '.claimhub',
    )
    .option('--port <port>', 'API port (default: 8080, then the same as before in this data folder)', port)
    .option('--ui-port <port>', 'Temporal UI port (default: 8233, then the same as before)', port)
    .option(
      '--scale <factor>',
      'how many times as fast as real time business time passes: 1 is real time, 1440 a day a minute (default: 1440, then the same as before)',
      positive,
    )
    .action(async (options) => (await import('../up.ts')).up(options))
  cli
    .command('api')
    .description('serve the API (settings from the environment)')
    .action(async () => (await import('../api.ts')).api())
  cli
    .command('worker')
    .description('serve the task queues (settings from the environment)')
    .action(async () => (await import('../worker.ts')).worker())
  cli
    .command('migrate')
    .description("create roles, run migrations, register Temporal's search attributes")
    .action(async () => {
      const done = await (await import('../migrate.ts')).migrate()
      process.stdout.write(done.length === 0 ? 'nothing to migrate\n' : `migrated: ${done.join(', ')}\n`)
    })
  cli
    .command('bundle')
    .description('build the workflow bundles beside the code, for an image whose workers only read')
    .action(async () => (await import('../bundle.ts')).bundle())
  cli
    .command('reconcile')
    .description('compare Postgres and Temporal both ways and repair')
    .option('--json', 'print one JSON object')
    .action(async (options) => (await import('../reconcile.ts')).reconcileOnce(options))
  cli
    .command('twin <kind>')
    .description('run one HMO twin')
    .requiredOption('--folder <folder>', 'where its effect ledger is kept')
    .option('--port <ports>', 'ports on 127.0.0.1, by commas', '0')
    .action(async (kind, options) => (await import('../twin.ts')).twin(kind, options))
}
