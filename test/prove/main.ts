import path from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { PROOFS, type Proof } from './proofs.ts'
import { commandOf, runProofs, tableOf } from './runProofs.ts'

const ROOT = path.join(import.meta.dirname, '../..')
/** What the last run of each proof printed. */
const LOGS = path.join(ROOT, 'node_modules/.cache/claimhub-prove')

interface Options {
  list?: boolean
  json?: boolean
}

const named = (name: string, before: Proof[] | undefined): Proof[] => {
  const proof = PROOFS.find((each) => each.name === name)
  if (proof === undefined) throw new InvalidArgumentError(`one of: ${PROOFS.map((each) => each.name).join(', ')}.`)
  return [...(before ?? []), proof]
}

/** `npm run prove`: the proofs that take too long for `npm test`. Exit code 1 when one fails. */
await new Command('npm run prove --')
  .description('Runs the proofs that take too long for `npm test`, one after another: all of them, or those named.')
  .argument('[names...]', 'which ones (default: all)', named)
  .option('--list', 'say what there is, and run nothing')
  .option('--json', 'print one JSON object last')
  .action((proofs: Proof[], options: Options) => prove(proofs.length === 0 ? PROOFS : proofs, options))
  .parseAsync()

async function prove(proofs: readonly Proof[], { list, json }: Options): Promise<void> {
  if (list) return show(proofs, json ?? false)
  const proved = await runProofs(proofs, { root: ROOT, logs: LOGS, write: (text) => process.stdout.write(text) })
  const ok = proved.every((each) => each.ok)
  process.stdout.write(`\n${tableOf(proved)}Their output is kept in ${path.relative(ROOT, LOGS)}.\n`)
  if (json) process.stdout.write(`${JSON.stringify({ ok, proofs: proved })}\n`)
  process.exitCode = ok ? 0 : 1
}

function show(proofs: readonly Proof[], json: boolean): void {
  for (const proof of proofs)
    process.stdout.write(`${proof.name} (about ${proof.minutes} min): ${proof.proves}\n    ${commandOf(proof)}\n`)
  if (!json) return
  const listed = proofs.map((proof) => ({ ...proof, command: commandOf(proof) }))
  process.stdout.write(`${JSON.stringify({ ok: true, listed })}\n`)
}
