import { isDeepStrictEqual } from 'node:util'
import type { ProviderAdapter } from '../../../../adapters/contract.ts'
import { CASES_OF_EVERY_ADAPTER } from '../caseNames.ts'
import { type Check, demand } from '../check.ts'
import { playCase } from '../play.ts'
import type { Subject } from '../subject.ts'

/** The cases that an adapter must have by what it declares. */
export function requiredCases({ declaration, ask, push, collect }: ProviderAdapter): string[] {
  return [
    ...CASES_OF_EVERY_ADAPTER,
    ...(ask === undefined ? [] : ['asked']),
    ...(push === undefined ? [] : ['pushed', 'bad-signature']),
    ...(collect === undefined ? [] : ['collected-batch']),
    declaration.requirements.attachments.length > 0 ? 'with-attachment' : 'sent',
  ]
}

/** One check for each case: those that must be there, and those that the folder has besides. */
export function caseChecks(subject: Subject): Check[] {
  const required = requiredCases(subject.adapter)
  const own = subject.folder.cases.map(({ name }) => name).filter((name) => !required.includes(name))
  return [...required, ...own].map((name) => ({
    name: `case-${name}`,
    rule: required.includes(name)
      ? `the case ${name} is there and comes to what it says`
      : `the folder’s own case ${name} comes to what it says`,
    run: (on) => playsAsExpected(on, name),
  }))
}

async function playsAsExpected(subject: Subject, name: string): Promise<void> {
  const played = subject.folder.cases.find((each) => each.name === name)
  demand(played !== undefined, `fixtures/${name} is missing`)
  const results = await playCase(subject, played)
  demand(
    results.length > 0,
    'message.json has no step yet: put a message of the provider there, and what it means in expected.json',
  )
  demand(
    Array.isArray(played.expected) && played.expected.length === results.length,
    'expected.json is missing, or has not one entry a step',
  )
  for (const [index, result] of results.entries()) {
    const [where] = differences(played.expected[index], result, '')
    demand(where === undefined, `step ${index + 1} (${played.steps[index]?.call}): ${where}`)
  }
}

/** The places where two JSON values differ, in words. */
export function differences(expected: unknown, got: unknown, place: string): string[] {
  if (isDeepStrictEqual(expected, got)) return []
  if (isContainer(expected) && isContainer(got) && Array.isArray(expected) === Array.isArray(got)) {
    const keys = [...new Set([...Object.keys(expected), ...Object.keys(got)])]
    return keys.flatMap((key) => differences(expected[key], got[key], `${place}/${key}`))
  }
  const from = firstDifference(expected, got)
  return [`${place || '/'} is ${brief(got, from)}, expected ${brief(expected, from)}`]
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** Of two long texts only what is about the first place where they differ tells anything. */
function firstDifference(expected: unknown, got: unknown): number {
  if (typeof expected !== 'string' || typeof got !== 'string') return 0
  let at = 0
  while (at < got.length && got[at] === expected[at]) at += 1
  return at + BEFORE < LONGEST ? 0 : at - BEFORE
}

const BEFORE = 40
const LONGEST = 120

function brief(value: unknown, from: number): string {
  const shown = typeof value === 'string' ? value.slice(from) : value
  const text = shown === undefined ? 'absent' : JSON.stringify(shown)
  return (from > 0 ? '…' : '') + (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)
}
