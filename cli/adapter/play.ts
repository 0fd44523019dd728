import path from 'node:path'
import { writeExpected } from './conformance/folder.ts'
import { playCase } from './conformance/play.ts'
import { differences } from './conformance/rules/cases.ts'
import { subjectOf } from './conformance/subject.ts'

/**
 * `claimhub adapter play ID CASE`: what each step of a case comes to, and where expected.json says
 * otherwise; exit code 1 when it does. With `update` the outcome is written as the new
 * expected.json.
 */
export async function play(id: string, name: string, options: { json?: boolean; update?: boolean }): Promise<void> {
  const subject = subjectOf(id)
  const { cases } = subject.folder
  const played = cases.find((each) => each.name === name)
  if (played === undefined)
    throw new Error(`${id} has no case ${name}; there are ${cases.map((each) => each.name).join(', ')}`)
  if (played.steps.length === 0) throw new Error(`fixtures/${name}/message.json has no step yet`)
  const results = await playCase(subject, played)
  const expected = Array.isArray(played.expected) ? played.expected : []
  const differs = differences(expected, results, '')
  const written =
    options.update && differs.length > 0
      ? writeExpected(played, results).map((file) => path.relative(process.cwd(), file))
      : []
  const steps = results.map((result, index) => ({ call: played.steps[index]?.call, result }))
  if (options.json)
    process.stdout.write(`${JSON.stringify({ adapter: id, case: name, steps, differences: differs, written })}\n`)
  else {
    for (const [index, { call, result }] of steps.entries())
      process.stdout.write(`step ${index + 1}: ${call}\n${JSON.stringify(result, null, 2)}\n`)
    process.stdout.write(verdict(differs, written))
  }
  if (differs.length > 0 && written.length === 0) process.exitCode = 1
}

/** Places begin with the step, counted from 0, as in the file. */
function verdict(differs: string[], written: string[]): string {
  if (differs.length === 0) return '\nas expected.json says\n'
  const lines = ['', 'expected.json says otherwise:', ...differs.map((each) => `  ${each}`)]
  return `${[...lines, ...written.map((file) => `wrote ${file}`)].join('\n')}\n`
}
