import type { Command } from 'commander'

/** HMOs and connections of a deployment. */
export function providerCommands(cli: Command): void {
  const provider = cli.command('provider').description('HMOs and connections of a deployment')
  provider
    .command('register <file>')
    .description("the operator's: make an HMO of a known format known to the deployment, or bring its names up to date")
    .option('--json', 'print one JSON object')
    .action(async (file, options) => (await import('../provider/register.ts')).register(file, options))
  provider
    .command('connect <file>')
    .description(
      "the operator's: make or change an organisation's connection; its secrets may be env:CLAIMHUB_CONNECTION_…",
    )
    .requiredOption('--organisation <id>', 'whose connection it is')
    .option('--json', 'print one JSON object')
    .action(async (file, options) => (await import('../provider/connect.ts')).connect(file, options))
  provider
    .command('add <file>')
    .description(
      "connect the key's organisation with an HMO that the deployment knows, from a YAML file, through the API",
    )
    .option('--api <url>', 'address of the API (default: CLAIMHUB_API_URL, then http://127.0.0.1:8080)')
    .option('--key <key>', 'API key of an owner or admin (default: CLAIMHUB_API_KEY)')
    .option('--json', 'print one JSON object')
    .action(async (file, options) => (await import('../provider/add.ts')).add(file, options))
  provider
    .command('check <connection>')
    .description('connect, sign in and look, step by step; sends nothing')
    .option('--api <url>', 'address of the API (default: CLAIMHUB_API_URL, then http://127.0.0.1:8080)')
    .option('--key <key>', 'API key of an owner or admin (default: CLAIMHUB_API_KEY)')
    .option('--json', 'print one JSON object')
    .action(async (connection, options) => (await import('../provider/check.ts')).check(connection, options))
}
