import { readFileSync } from 'node:fs'
import path from 'node:path'
import { seeded } from '../../../cli/chaos/random.ts'
import { ROOT } from '../checkout.ts'
import { candidates } from './candidates.ts'
import { changesNothing } from './changesNothing.ts'
import { type Defect, described, planted } from './defect.ts'
import { drawOrder } from './draw.ts'
import { typeChecker } from './typeCheck.ts'

/** Where claims and money are kept and moved. */
const WINGS = /^(db|activities|workflows)\//
/** Tables and their history are no rules that run; types neither. */
const NO_RULES = /^db\/(migrations\/|schema\.ts)|\.d\.ts$/

export function ruleFiles(files: string[]): string[] {
  return files.filter((file) => WINGS.test(file) && !NO_RULES.test(file) && file.endsWith('.ts'))
}

/** Draws `count` defects that type-check, or all there are. */
export function drawDefects(
  files: string[],
  options: { count: number; seed: number; say(words: string): void },
): Defect[] {
  const all = files.flatMap((file) => candidates(file, textOf(file)))
  options.say(`${all.length} places for a one-line defect in ${files.length} files; seed ${options.seed}`)
  const drawn: Defect[] = []
  if (options.count === 0) return drawn
  const typeChecks = typeChecker()
  for (const defect of drawOrder(all, seeded(options.seed))) {
    if (drawn.length === options.count) break
    const text = textOf(defect.file)
    const because = changesNothing(text, defect)
    if (because !== null) options.say(`left out, as it changes nothing: ${described(text, defect)} (${because})`)
    else if (typeChecks(defect.file, planted(text, defect))) drawn.push(defect)
  }
  return drawn
}

function textOf(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8')
}
