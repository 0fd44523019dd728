import type { Command } from 'commander'

/** What proves the product: played, killed, fed with garbage, measured. */
export function proofCommands(cli: Command): void {
  cli
    .command('demo')
    .description('play the whole guide through the public API against every HMO on free ports, and exit')
    .option('--json', 'print one JSON object last')
    .option('--keep', 'keep the data folder')
    .option('--provider <id>', 'only this HMO')
    .option('--histories <folder>', "write the claims' workflow histories there, for the replay gate")
    .action(async (options) => (await import('../demo/demo.ts')).demo(options))
  cli
    .command('chaos')
    .description('kill processes of a stack of its own at random, or at a failpoint, and audit what is left')
    .option('--claims <n>', 'claims to submit', '100')
    .option('--kills <n>', 'random kills', '20')
    .option('--seed <n>', 'seed of the random choices', '7')
    .option('--failpoint <place>', 'kill the worker at this place instead, for example after_send:sftp')
    .option('--times <n>', 'how often, with --failpoint', '3')
    .option('--defect <name>', 'plant a defect that the audit must find: no-lease')
    .option('--json', 'print one JSON object last')
    .action(async (options) => (await import('../chaos/chaos.ts')).chaos(options))
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
}
