import { Command, Option } from 'commander'

/** 128 and the number of SIGPIPE. */
const CLOSED_PIPE = 141

/** Adds commands that another package brings. */
export type MoreCommands = (cli: Command) => void

/**
 * The command line. Commands are loaded when they are called; an error is one sentence on stderr and exit code 1.
 * `more` are the commands of the kit and of the checkout, where there is one.
 */
export async function main(argv: string[], more: MoreCommands[] = []): Promise<void> {
  // Whoever read our words has left (`| head`): we end as a program that a closed pipe ends, and say no more.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(CLOSED_PIPE)
    throw error
  })
  try {
    await program(more).parseAsync(argv)
  } catch (error) {
    process.stderr.write(`claimhub: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
  // Handles that a failed command left open must not keep the process; what it printed must be out, also through a slow pipe.
  if (process.exitCode) process.stdout.write('', () => process.exit(process.exitCode))
}

function program(more: MoreCommands[]): Command {
  const cli = new Command('claimhub')
    .description('Sends dental claims to HMOs and tracks every claim to the last cent.')
    .showHelpAfterError()
  cli
    .command('api')
    .description('serve the API (settings from the environment)')
    .action(async () => (await import('./api.ts')).api())
  cli
    .command('worker')
    .description('serve the task queues (settings from the environment)')
    .action(async () => (await import('./worker.ts')).worker())
  cli
    .command('migrate')
    .description("create roles, run migrations, register Temporal's search attributes")
    .action(async () => {
      const done = await (await import('./migrate.ts')).migrate()
      process.stdout.write(done.length === 0 ? 'nothing to migrate\n' : `migrated: ${done.join(', ')}\n`)
    })
  cli
    .command('bundle')
    .description('build the workflow bundles beside the code, for an image whose workers only read')
    .action(async () => (await import('./bundle.ts')).bundle())
  cli
    .command('reconcile')
    .description('compare Postgres and Temporal both ways and repair')
    .option('--json', 'print one JSON object')
    .action(async (options) => (await import('./reconcile.ts')).reconcileOnce(options))
  operatorCommands(cli)
  cli
    .command('inspect <file...>')
    .description(
      'read any document of an HMO (its kind is detected) and say what it means; exit code 2 when one cannot be read',
    )
    .option('--json', 'print one JSON object a file, a line each')
    .action(async (files, options) => (await import('./inspect/inspect.ts')).inspect(files, options))
  cli
    .command('render')
    .description('write the exact documents that would be sent for a claim; nothing is sent')
    .requiredOption('--provider <id>', 'the HMO, by the id of its adapter')
    .requiredOption('--claim <file>', 'the claim as JSON (docs/inspect.md)')
    .option('--out <folder>', 'write files there instead of printing them')
    .option(
      '--settings <file>',
      "the account as JSON: settings, currency, zone, mode (default: the adapter's sample account)",
    )
    .option('--control-number <n>', "the interchange's number", '1')
    .option('--now <time>', 'the time that the documents say they were made at (default: now)')
    .action(async (options) => (await import('./render/render.ts')).render(options))
  cli
    .command('openapi')
    .description('print the OpenAPI 3.1 document as JSON')
    .action(async () => (await import('./openapi.ts')).openapi())
  const adapter = cli
    .command('adapter')
    .description('the HMO adapters: what they can do, and whether they keep the rules')
  adapter
    .command('list')
    .description('what every adapter can do, from its declaration, and what it needs of the network')
    .option('--json', 'print one JSON object')
    .action(async (options) => (await import('./adapter/list.ts')).list(options))
  const provider = cli.command('provider').description('HMOs and connections of a deployment')
  provider
    .command('register <file>')
    .description("the operator's: make an HMO of a known format known to the deployment, or bring its names up to date")
    .option('--json', 'print one JSON object')
    .action(async (file, options) => (await import('./provider/register.ts')).register(file, options))
  provider
    .command('connect <file>')
    .description(
      "the operator's: make or change an organisation's connection; its secrets may be env:CLAIMHUB_CONNECTION_…",
    )
    .requiredOption('--organisation <id>', 'whose connection it is')
    .option('--json', 'print one JSON object')
    .action(async (file, options) => (await import('./provider/connect.ts')).connect(file, options))
  provider
    .command('add <file>')
    .description(
      "connect the key's organisation with an HMO that the deployment knows, from a YAML file, through the API",
    )
    .option('--api <url>', 'address of the API (default: CLAIMHUB_API_URL, then http://127.0.0.1:8080)')
    .option('--key <key>', 'API key of an owner or admin (default: CLAIMHUB_API_KEY)')
    .option('--json', 'print one JSON object')
    .action(async (file, options) => (await import('./provider/add.ts')).add(file, options))
  provider
    .command('check <connection>')
    .description('connect, sign in and look, step by step; sends nothing')
    .option('--api <url>', 'address of the API (default: CLAIMHUB_API_URL, then http://127.0.0.1:8080)')
    .option('--key <key>', 'API key of an owner or admin (default: CLAIMHUB_API_KEY)')
    .option('--json', 'print one JSON object')
    .action(async (connection, options) => (await import('./provider/check.ts')).check(connection, options))
  if (more.length === 0) cli.addHelpText('after', '\nup, demo and twin come with the package @claimhub/kit.')
  for (const add of more) add(cli)
  return cli
}

const ROLES = ['owner', 'admin', 'billing', 'practice_app', 'read_only']

/** What only the operator does: with the deployment's environment, directly on its database. */
function operatorCommands(cli: Command): void {
  const org = cli.command('org').description("the operator's: the organisations of the deployment")
  org
    .command('create <name>')
    .description('make an organisation')
    .option('--tax-id <number>', 'its tax number, as claims name it')
    .option('--npi <number>', 'its national provider identifier, where there is one')
    .option('--json', 'print one JSON object')
    .action(async (name, options) => (await import('./operator/org.ts')).create(name, options))
  org
    .command('list')
    .description('every organisation with its id')
    .option('--json', 'print one JSON object')
    .action(async (options) => (await import('./operator/org.ts')).list(options))
  const key = cli.command('key').description("the operator's: API keys of an organisation")
  key
    .command('create')
    .description('make a key and print it, this once')
    .requiredOption('--organisation <id>', 'whose key it is (`claimhub org list`)')
    .requiredOption('--name <name>', 'who uses it; it stands in the audit log')
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).makeOptionMandatory())
    .option('--json', 'print one JSON object')
    .action(async (options) => (await import('./operator/key.ts')).create(options))
  key
    .command('list')
    .description('the keys of an organisation by their first letters, those that are revoked too')
    .requiredOption('--organisation <id>', 'whose keys')
    .option('--json', 'print one JSON object')
    .action(async (options) => (await import('./operator/key.ts')).list(options))
  key
    .command('revoke <key-id>')
    .description('from the next request on the key is dead')
    .option('--json', 'print one JSON object')
    .action(async (id, options) => (await import('./operator/key.ts')).revoke(id, options))
  cli
    .command('secrets')
    .description("the operator's: the sealed secrets of all connections")
    .command('rotate')
    .description('seal all of them anew with CLAIMHUB_SECRETS_KEY; safe to interrupt and to run again')
    .option('--dry-run', 'only open them and count')
    .option('--json', 'print one JSON object')
    .action(async (options) => (await import('./operator/rotate.ts')).rotate(options))
}
