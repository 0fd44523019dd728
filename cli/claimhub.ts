import { Command } from 'commander'
import { adapterCommands } from './commands/adapters.ts'
import { documentCommands } from './commands/documents.ts'
import { operatorCommands } from './commands/operator.ts'
import { processCommands } from './commands/processes.ts'
import { providerCommands } from './commands/providers.ts'

/** 128 and the number of SIGPIPE. */
const CLOSED_PIPE = 141

/** Adds commands that another package brings. */
export type MoreCommands = (cli: Command) => void

/**
 * The command line. Commands are loaded when they are called; an error is one sentence on stderr
 * and exit code 1. `more` are the commands of the kit and of the checkout, where there is one.
 */
export async function main(argv: string[], more: MoreCommands[] = []): Promise<void> {
  // The reader of our output has gone (`| head`): end as a program does that a closed pipe ends.
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
  // A failed command may leave handles open that would keep the process; what it printed must have
  // reached the reader first, also through a slow pipe.
  if (process.exitCode) process.stdout.write('', () => process.exit(process.exitCode))
}

function program(more: MoreCommands[]): Command {
  const cli = new Command('claimhub')
    .description('Sends dental claims to HMOs and tracks every claim to the last cent.')
    .showHelpAfterError()
  processCommands(cli)
  operatorCommands(cli)
  documentCommands(cli)
  adapterCommands(cli)
  providerCommands(cli)
  if (more.length === 0) cli.addHelpText('after', '\nup, demo and twin come with the package @claimhub/kit.')
  for (const add of more) add(cli)
  return cli
}
