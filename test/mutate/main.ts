import { Command, InvalidArgumentError } from 'commander'
import { SCENARIOS } from '../failureModes/scenarios.ts'
import { filesOfCheckout, scratchCopy } from './checkout.ts'
import { defectsByHand } from './drawn/byHand.ts'
import { drawDefects, inside, ruleFiles } from './drawn/drawDefects.ts'
import { type Outcome, plantAll } from './drawn/plantAll.ts'
import { type ImportGraph, importGraph } from './importGraph.ts'
import { plantGuards } from './scenarios/plantGuards.ts'
import { type Score, scoreOf } from './scores/scoreOf.ts'
import { TARGETS } from './scores/targets.ts'

interface Options {
  seed: number
  only?: string
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
  .option('--only <folder>', 'only what lies in this folder, such as domain or db')
  .option('--defects <number>', 'how many defects are drawn', whole(0), 80)
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
  for (const { folder, score, floor } of scores)
    say(`${folder}: ${score === null ? 'nothing to change' : `${score} %`} (at least ${floor} %)`)
  const defects = { planted: outcomes.length, caught: outcomes.length - lived.length }
  say(`defects: ${defects.caught} of ${defects.planted} caught (seed ${options.seed})`)
  const folders = scores.flatMap(({ folder, score }) => (score === null ? [] : [{ folder, score }]))
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

async function scoresOf(files: string[], graph: ImportGraph, options: Options): Promise<Score[]> {
  const { only } = options
  const targets = TARGETS.filter(
    ({ name }) => only === undefined || name === only || inside(name, only) || inside(only, name),
  )
  const scores: Score[] = []
  for (const target of targets) {
    const copy = scratchCopy(files)
    const inCopy = {
      folder: copy.folder,
      files: files.filter((file) => only === undefined || liesIn(target.name, only) || inside(file, only)),
      graph,
    }
    try {
      scores.push(await scoreOf(target, inCopy, { jobs: options.jobs, fresh: options.fresh ?? false, say }))
    } finally {
      copy.remove()
    }
  }
  return scores
}

async function defectsOf(files: string[], graph: ImportGraph, options: Options): Promise<Outcome[]> {
  const { only, seed, jobs } = options
  const product = files.filter((file) => /^(domain|api|adapters|db|activities|workflows|platform)\//.test(file))
  const known = defectsByHand(product.filter((file) => file.endsWith('.ts')))
  const byHand = known.filter(({ file }) => only === undefined || inside(file, only))
  const drawn = drawDefects(ruleFiles(files, only), { count: options.defects, seed, say })
  return plantAll(files, graph, [...byHand, ...drawn], { jobs, fresh: options.fresh ?? false, say })
}

/** A target that lies in the folder as a whole. */
function liesIn(target: string, only: string): boolean {
  return target === only || inside(target, only)
}

function say(words: string): void {
  process.stdout.write(`${words}\n`)
}
