import type { Command } from 'commander'

/** What an HMO's documents say, what would be sent, and what the API is. */
export function documentCommands(cli: Command): void {
  cli
    .command('inspect <file...>')
    .description(
      'read any document of an HMO (its kind is detected) and say what it means; exit code 2 when one cannot be read',
    )
    .option('--json', 'print one JSON object a file, a line each')
    .action(async (files, options) => (await import('../inspect/inspect.ts')).inspect(files, options))
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
    .action(async (options) => (await import('../render/render.ts')).render(options))
  cli
    .command('openapi')
    .description('print the OpenAPI 3.1 document as JSON')
    .action(async () => (await import('../openapi.ts')).openapi())
}
