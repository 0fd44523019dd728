import { Command, InvalidArgumentError } from 'commander'
import { SCENARIOS } from '../failureModes/scenarios.ts'
import { filesOfCheckout, scratchCopy } from './checkout.ts'
import { defectsByHand } from './drawn/byHand.ts'
import { drawDefects, ruleFiles } from './drawn/drawDefects.ts'
import { type Outcome, plantAll } from './drawn/plantAll.ts'
import { type ImportGraph, importGraph } from './importGraph.ts'
import { plantGuards } from './scenarios/plantGuards.ts'
import { type Score, scoreOf } from './scores/scoreOf.ts'
import { TARGETS } from './scores/targets.ts'

interface Options {
  seed: number
  folder?: string
  files?: string[]
  defects: number
  jobs: number
  scores: boolean
  fresh?: boolean
  scenarios?: true | string[]
  json?: boolean
}

const whole = (least: number) => (value: string) => {
  const number = Number(value)
  if (Number.isSafeInteger(number) && number >= least) return number
  throw new InvalidArgumentError(`a whole number from ${least}.`)
}

// A run that is broken off takes its copies with it; its child processes leave when it is gone.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

/**
 * `npm run mutate`: would the tests notice? Exit code 1 when they notice less than they have to.
 */
await new Command('npm run mutate --')
  .description(
    'Changes the product in small ways, in a copy of the checkout, and looks whether the tests notice: every change that StrykerJS knows in the pure ' +
      'code, and one-line defects drawn over db, activities and workflows, with a list by hand on top.',
  )
  .option('--seed <number>', 'which defects are drawn (default: another one each time, printed)', whole(0))
  .option('--folder <folder>', 'only what lies in this folder, such as domain or db')
  .option('--files <file...>', 'only these files, by their path from the root')
  .option('--defects <number>', 'how many defects are drawn (0: none, nor those of the list)', whole(0), 80)
  .option('--jobs <number>', 'how many run side by side', whole(1), 1)
  .option('--no-scores', 'leave the pure code out: only the defects')
  .option('--fresh', 'forget what earlier runs have found out')
  .option('--scenarios [ids...]', 'only this: the guards of the failure catalogue, and whether their tests go red')
  .option('--json', 'print one JSON object last')
  .action((options: Omit<Options, 'seed'> & { seed?: number }) =>
    mutate({ ...options, seed: options.seed ?? Date.now() % 1_000_000 }),
  )
  .parseAsync()

async function mutate(options: Options): Promise<void> {
  const files = filesOfCheckout()
  if (options.scenarios !== undefined) return scenarios(files, options.scenarios, options)
  const graph = importGraph(files)
  const scores = options.scores ? await scoresOf(files, graph, options) : []
  const outcomes = await defectsOf(files, graph, options)
  const lived = outcomes.filter(({ caught }) => !caught)
  const reached = scores.every(({ score, floor }) => score === null || score >= floor)
  const ok = reached && lived.length === 0 && scores.length + outcomes.length > 0
  for (const { survivors } of scores) for (const each of survivors) say(`lived: ${each}`)
  for (const { words } of lived) say(`lived: ${words}`)
  for (const row of table(scores)) say(row)
  const defects = { planted: outcomes.length, caught: outcomes.length - lived.length }
  say(`defects: ${defects.caught} of ${defects.planted} caught (seed ${options.seed})`)
  const folders = scores.flatMap(({ folder, score, caught, lived }) =>
    score === null ? [] : [{ folder, score, mutants: caught + lived }],
  )
  if (options.json) process.stdout.write(`${JSON.stringify({ ok, folders, defects })}\n`)
  process.exitCode = ok ? 0 : 1
}

async function scenarios(files: string[], ids: true | string[], { jobs, fresh, json }: Options): Promise<void> {
  const rows = await plantGuards(files, { ids: ids === true ? null : ids, jobs, fresh: fresh ?? false, say })
  for (const { id, test, defect, caught } of rows) say(`${caught ? 'caught' : 'LIVED '} ${id} ${test}: ${defect}`)
  const proved = new Set(rows.map(({ id }) => id))
  for (const { id, caught } of rows) if (!caught) proved.delete(id)
  const without = ids === true ? Object.keys(SCENARIOS).filter((id) => !rows.some((row) => row.id === id)) : []
  say(`scenarios: ${proved.size} proved; without a planted defect: ${without.join(', ') || 'none'}`)
  const ok = rows.length > 0 && rows.every(({ caught }) => caught)
  if (json) process.stdout.write(`${JSON.stringify({ ok, scenarios: rows, without })}\n`)
  process.exitCode = ok ? 0 : 1
}

function table(scores: Score[]): string[] {
  const head = ['folder', 'files', 'mutants', 'caught', 'lived', 'changes nothing', 'no type', 'score', 'at least']
  const rows = scores.map(({ folder, files, caught, lived, equivalent, impossible, score, floor }) =>
    [folder, files, caught + lived, caught, lived, equivalent, impossible, `${score ?? '-'} %`, `${floor} %`].map(
      String,
    ),
  )
  const widths = head.map((name, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? name).length)))
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

async function scoresOf(files: string[], graph: ImportGraph, options: Options): Promise<Score[]> {
  const wanted = files.filter((file) => isWanted(file, options))
  const scores: Score[] = []
  for (const target of TARGETS) {
    if (!wanted.some((file) => target.files.test(file))) continue
    const copy = scratchCopy(files)
    const inCopy = { folder: copy.folder, files: wanted, graph }
    try {
      scores.push(await scoreOf(target, inCopy, { jobs: options.jobs, fresh: options.fresh ?? false, say }))
    } finally {
      copy.remove()
    }
  }
  return scores
}

async function defectsOf(files: string[], graph: ImportGraph, options: Options): Promise<Outcome[]> {
  const { seed, jobs, defects } = options
  const product = files.filter((file) => /^(domain|api|adapters|db|activities|workflows|platform)\//.test(file))
  const wanted = (some: string[]) => some.filter((file) => isWanted(file, options))
  const byHand = defectsByHand(product.filter((file) => file.endsWith('.ts'))).filter(({ file }) =>
    isWanted(file, options),
  )
  const drawn = drawDefects(wanted(ruleFiles(files)), { count: defects, seed, say })
  const planted = defects === 0 ? [] : [...byHand, ...drawn]
  return plantAll(files, graph, planted, { jobs, fresh: options.fresh ?? false, say })
}

function isWanted(file: string, { folder, files }: Options): boolean {
  if (files !== undefined && !files.includes(file)) return false
  return folder === undefined || file.startsWith(`${folder.replace(/\/$/, '')}/`)
}

function say(words: string): void {
  process.stdout.write(`${words}\n`)
}
