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
  adapter
    .command('new <id>')
    .description('make the folder of a new HMO and its line in the registry')
    .requiredOption('--transport <name>', 'http, sftp, email or manual')
    .requiredOption('--format <name>', 'x12, fhir, xml, csv or pdf')
    .option('--name <name>', 'as people call it')
    .action(async (id, options) => (await import('../adapter/new.ts')).newAdapter(id, options))
  adapter
    .command('check [id]')
    .description('hold an adapter to every rule of the conformance kit, over the real protocol of its transport')
    .option('--all', 'every adapter')
    .option('--json', 'print one JSON object last')
    .action(async (id, options) => (await import('../adapter/check.ts')).check(id, options))
  adapter
    .command('play <id> <case>')
    .description('what a case of an adapter comes to, step by step, and where its expected.json says otherwise')
    .option('--json', 'print one JSON object')
    .option('--update', 'write what it comes to as expected.json, and show what was there before')
    .action(async (id, name, options) => (await import('../adapter/play.ts')).play(id, name, options))
}
