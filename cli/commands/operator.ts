import { type Command, Option } from 'commander'

const ROLES = ['owner', 'admin', 'billing', 'practice_app', 'read_only']

const notation = () =>
  new Option('--tooth-notation <notation>', 'in which notation the practice names its teeth').choices([
    'universal',
    'fdi',
  ])

/** What only the operator does: with the deployment's environment, directly on its database. */
export function operatorCommands(cli: Command): void {
  const org = cli.command('org').description("the operator's: the organisations of the deployment")
  org
    .command('create <name>')
    .description('make an organisation')
    .option('--tax-id <number>', 'its tax number, as claims name it')
    .option('--npi <number>', 'its national provider identifier, where there is one')
    .addOption(notation())
    .option('--json', 'print one JSON object')
    .action(async (name, options) => (await import('../operator/org.ts')).create(name, options))
  org
    .command('set <organisation>')
    .description('say in which notation a practice names its teeth')
    .addOption(notation().makeOptionMandatory())
    .option('--json', 'print one JSON object')
    .action(async (id, options) => (await import('../operator/org.ts')).set(id, options))
  org
    .command('list')
    .description('every organisation with its id')
    .option('--json', 'print one JSON object')
    .action(async (options) => (await import('../operator/org.ts')).list(options))
  const key = cli.command('key').description("the operator's: API keys of an organisation")
  key
    .command('create')
    .description('make a key and print it, this once')
    .requiredOption('--organisation <id>', 'whose key it is (`claimhub org list`)')
    .requiredOption('--name <name>', 'who uses it; it stands in the audit log')
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).makeOptionMandatory())
    .option('--json', 'print one JSON object')
    .action(async (options) => (await import('../operator/key.ts')).create(options))
  key
    .command('list')
    .description('the keys of an organisation by their first letters, those that are revoked too')
    .requiredOption('--organisation <id>', 'whose keys')
    .option('--json', 'print one JSON object')
    .action(async (options) => (await import('../operator/key.ts')).list(options))
  key
    .command('revoke <key-id>')
    .description('from the next request on the key is dead')
    .option('--json', 'print one JSON object')
    .action(async (id, options) => (await import('../operator/key.ts')).revoke(id, options))
  freezeCommands(cli)
  backupCommands(cli)
  undoCommand(cli)
  cli
    .command('secrets')
    .description("the operator's: the sealed secrets of all connections")
    .command('rotate')
    .description('seal all of them anew with CLAIMHUB_SECRETS_KEY; safe to interrupt and to run again')
    .option('--dry-run', 'only open them and count')
    .option('--json', 'print one JSON object')
    .action(async (options) => (await import('../operator/rotate.ts')).rotate(options))
  cli
    .command('reread')
    .description("the operator's: have every document that the worklist calls unreadable read again")
    .requiredOption('--reason <words>', 'what was mended; it stands in the audit log, no patient data')
    .option('--adapter <id>', 'only what this adapter reads')
    .option('--connection <id>', 'only what came in on this connection')
    .option('--dry-run', 'only say which')
    .option('--json', 'print one JSON object')
    .action(async (options) => (await import('../reread.ts')).reread(options))
}

function freezeCommands(cli: Command): void {
  const scoped = (name: string) =>
    cli
      .command(name)
      .option('--all', 'of every connection')
      .option('--account <id>', 'of one connection')
      .option('--adapter <id>', 'of every connection with HMOs of this adapter')
      .option('--json', 'print one JSON object')
  scoped('freeze')
    .description("the operator's: send nothing more; collecting goes on and claims wait")
    .requiredOption('--reason <words>', 'why; everybody reads it, so no patient data')
    .action(async (options) => (await import('../operator/freeze.ts')).freeze(options))
  scoped('unfreeze')
    .description("the operator's: send again what waits")
    .action(async (options) => (await import('../operator/freeze.ts')).unfreeze(options))
}

function backupCommands(cli: Command): void {
  cli
    .command('backup')
    .description("the operator's: back up the database while it works, with a manifest of what was written")
    .requiredOption('--to <folder>', 'a new folder')
    .option('--data <folder>', 'of a stack of `claimhub up` (default: the database of DATABASE_URL)')
    .option('--json', 'print one JSON object')
    .action(async (options) => (await import('../backup/backup.ts')).backup(options))
  cli
    .command('restore')
    .description(
      "the operator's: verify a backup and put it where no server runs; sending stays frozen until it was compared",
    )
    .requiredOption('--from <folder>', 'the backup')
    .option('--data <folder>', 'the data folder of `claimhub up`')
    .option(
      '--cluster <folder>',
      'the folder of a Postgres of your own; what pg_dump wrote goes into the empty database of DATABASE_URL',
    )
    .option('--json', 'print one JSON object')
    .action(async (options) => (await import('../backup/restore.ts')).restore(options))
}

function undoCommand(cli: Command): void {
  cli
    .command('undo')
    .description("the operator's: take back, by opposite postings, what a bad release made of what HMOs said")
    .requiredOption('--build <build>', 'as events and postings name it')
    .option('--reason <words>', 'why; it stands beside what is undone, so no patient data')
    .option('--dry-run', 'only say what would be undone')
    .option('--json', 'print one JSON object')
    .action(async (options) => (await import('../operator/undo.ts')).undo(options))
}
