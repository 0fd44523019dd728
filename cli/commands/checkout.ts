import { type Command, Option } from 'commander'
import { positive } from './options.ts'

/** The commands that read or write the sources and the tests' files: only a checkout has them. */
export function checkoutCommands(cli: Command): void {
  cli
    .command('chaos')
    .description('kill processes of a stack of its own at random, or at every crash point, and audit what is left')
    .option('--claims <n>', 'claims to submit', '100')
    .option('--kills <n>', 'random kills', '20')
    .option('--faults <n>', 'links between processes that are cut, slowed or half cut', '0')
    .option('--seed <n>', 'seed of the random choices', '7')
    .option(
      '--crash-points [text]',
      'kill worker and API at each declared place instead, or where place or drive has the text',
    )
    .option('--times <n>', 'how often each, with --crash-points', '1')
    .option('--defect <name>', 'plant a defect that the audit must find: its name, or all, in the order of the seed')
    .option(
      '--outage <name>',
      'instead of kills: temporal, postgres, read-only, disk-full, hmo or clock is away or wrong',
    )
    .option('--for <seconds>', 'how long, with --outage', '20')
    .option('--patience <seconds>', 'how long what is under way may take to end', '240')
    .addOption(external('--database-url <url>', 'an empty Postgres of yours instead of one of its own', 'DATABASE_URL'))
    .addOption(external('--temporal-address <host:port>', 'a Temporal of yours', 'TEMPORAL_ADDRESS'))
    .option('--json', 'print one JSON object last')
    .action(async (options) =>
      options.crashPoints === undefined
        ? (await import('../chaos/chaos.ts')).chaos(options)
        : (await import('../chaos/crash/crashPoints.ts')).crashPoints(options),
    )
  cli
    .command('drill')
    .description('drills of the operator on a stack of its own')
    .command('restore')
    .description('back up, let claims leave and be paid, restore: nothing is sent, posted or numbered twice')
    .option('--claims <n>', 'claims on each HMO', positive, 1)
    .option('--open <n>', 'open claims more, which must get their workflows again', Number, 0)
    .option('--json', 'print one JSON object last')
    .action(async (options) => (await import('../drill/restoreDrill.ts')).restoreDrill(options))
  cli
    .command('fuzz')
    .description('read mutated documents with every decoder and with inspect, in a small process with a watchdog')
    .option('--documents <n>', 'how many', '50000')
    .option('--seed <n>', 'seed of the mutations', '1')
    .option('--here', 'read in this process; what the command starts itself with')
    .option('--json', 'print one JSON object last')
    .action(async (options) => (await import('../fuzz/fuzz.ts')).fuzz(options))
  cli
    .command('bench <metric>')
    .description('measure against a bare reference in the same run; metrics: end-to-end')
    .option('--json', 'print one JSON object last')
    .option('--claims <n>', 'claims per round', '60')
    .option('--pairs <n>', 'pairs of rounds, engine and reference', '4')
    .action(async (metric, options) => (await import('../bench/bench.ts')).bench(metric, options))
  adapterCommands(cli)
}

/** Makes, checks and plays the folders of adapters. */
function adapterCommands(cli: Command): void {
  const adapter = cli.commands.find((command) => command.name() === 'adapter')
  if (adapter === undefined) throw new Error('the command adapter is missing')
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

/** Also from the environment, under a name that no deployment uses. */
function external(flags: string, description: string, name: string): Option {
  return new Option(flags, description).env(`CLAIMHUB_CHAOS_${name}`)
}
