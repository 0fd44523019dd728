import { type Result, runChecks } from './conformance/check.ts'
import { chaptersFor } from './conformance/checks.ts'
import { allSubjects, type Subject, subjectOf } from './conformance/subject.ts'

/**
 * `claimhub adapter check ID | --all`: every rule of the conformance kit; exit code 1 unless each
 * of them holds.
 */
export async function check(id: string | undefined, options: { all?: boolean; json?: boolean }): Promise<void> {
  if ((id === undefined) === !options.all) throw new Error('say which adapter to check, or --all')
  const subjects = id === undefined ? allSubjects() : [subjectOf(id)]
  const reports: Report[] = []
  for (const subject of subjects) reports.push(await report(subject))
  const ok = reports.every(({ failed }) => failed.length === 0)
  if (options.json) process.stdout.write(`${JSON.stringify({ ok, adapters: reports })}\n`)
  if (!ok) process.exitCode = 1
}

/**
 * What the kit says of one adapter. `checks` are those that apply; the others are named in
 * `notApplicable` and counted nowhere.
 */
interface Report {
  id: string
  transport: string
  format: string
  checks: number
  passed: number
  waived: Reason[]
  failed: Reason[]
  notApplicable: Reason[]
}
interface Reason {
  check: string
  reason: string
}

async function report(subject: Subject): Promise<Report> {
  const { id, transport, format, name } = { ...subject.adapter.declaration, id: subject.id }
  process.stdout.write(`\n${name} (${id}): ${format} over ${transport}\n`)
  const results: Result[] = []
  for (const { title, checks } of chaptersFor(subject)) {
    process.stdout.write(`\n  ${title}\n`)
    for (const each of checks) {
      const [result] = await runChecks(subject, [each])
      if (result === undefined) continue
      results.push(result)
      process.stdout.write(`${lineOf(result)}\n`)
    }
  }
  const of = (outcome: Result['outcome']) => results.filter((each) => each.outcome === outcome)
  const reasons = (outcome: Result['outcome']) => of(outcome).map(({ check, because }) => ({ check, reason: because }))
  const applicable = results.length - of('not_applicable').length
  const passed = of('passed').length
  process.stdout.write(`\n  ${passed} of ${applicable} checks passed${tail(reasons('failed'), 'failed')}`)
  process.stdout.write(`${tail(reasons('waived'), 'waived')}${tail(reasons('not_applicable'), 'not applicable')}\n`)
  return {
    id,
    transport,
    format,
    checks: applicable,
    passed,
    waived: reasons('waived'),
    failed: reasons('failed'),
    notApplicable: reasons('not_applicable'),
  }
}

const MARKS: Record<Result['outcome'], string> = { passed: '✓', failed: '✗', waived: '~', not_applicable: '·' }
const NAME_WIDTH = 34

function lineOf({ check, rule, outcome, because }: Result): string {
  const line = `    ${MARKS[outcome]} ${check.padEnd(NAME_WIDTH)} ${rule}`
  if (outcome === 'passed') return line
  const word = outcome === 'failed' ? '' : outcome === 'waived' ? 'waived: ' : 'does not apply: '
  return `${line}\n      ${' '.repeat(NAME_WIDTH)} ${word}${because}`
}

function tail(reasons: Reason[], word: string): string {
  return reasons.length === 0 ? '' : `, ${reasons.length} ${word}`
}
