import type { Command } from 'commander'
import { port, positive } from './options.ts'

/**
 * The commands that need the twins and the embedded servers: the package @claimhub/kit brings them,
 * the production image has none.
 */
export function kitCommands(cli: Command): void {
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
    .command('demo')
    .description('play the whole guide through the public API against every HMO on free ports, and exit')
    .option('--json', 'print one JSON object last')
    .option('--keep', 'keep the data folder')
    .option('--provider <id>', 'only this HMO')
    .option('--histories <folder>', "write the claims' workflow histories there, for the replay gate")
    .action(async (options) => (await import('../demo/demo.ts')).demo(options))
  cli
    .command('twin <kind>')
    .description('run one HMO twin')
    .requiredOption('--folder <folder>', 'where its effect ledger is kept')
    .option('--port <ports>', 'ports on 127.0.0.1, by commas', '0')
    .action(async (kind, options) => (await import('../twin.ts')).twin(kind, options))
}
