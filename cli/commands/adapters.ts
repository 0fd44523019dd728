import type { Command } from 'commander'

/** For the author of an adapter: what the adapters can do, and whether they keep the rules. */
export function adapterCommands(cli: Command): void {
  const adapter = cli
    .command('adapter')
    .description('the HMO adapters: what they can do, and whether they keep the rules')
  adapter
    .command('list')
    .description('what every adapter can do, from its declaration, and what it needs of the network')
    .option('--json', 'print one JSON object')
    .action(async (options) => (await import('../adapter/list.ts')).list(options))
}
