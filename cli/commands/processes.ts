import type { Command } from 'commander'
import { positive } from './options.ts'

/** The parts of a deployment, one by one. */
export function processCommands(cli: Command): void {
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
    .option('--after-restore', 'compare what the HMOs have with a database from a backup, then lift its freeze')
    .option('--wait <seconds>', 'with --after-restore: how long mailboxes and looks may take', positive, 600)
    .option('--even-so <why>', 'with --after-restore: lift the freeze although something could not be compared')
    .option('--json', 'print one JSON object')
    .action(async ({ afterRestore, ...options }) =>
      afterRestore
        ? (await import('../afterRestore/afterRestore.ts')).afterRestore(options)
        : (await import('../reconcile.ts')).reconcileOnce(options),
    )
  cli
    .command('unwedge')
    .description('end workflows whose task fails again and again, and start them again from their rows')
    .option('--dry-run', 'only look and count')
    .option('--json', 'print one JSON object')
    .action(async (options) => (await import('../unwedge.ts')).unwedgeAll(options))
}
