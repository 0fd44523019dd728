import { isDeepStrictEqual } from 'node:util'
import type { ProviderAdapter } from '../../contract.ts'
import { type Check, demand } from '../check.ts'
import { playCase } from '../play.ts'
import type { Subject } from '../subject.ts'

/** The cases that an adapter must have by what it declares. */
export function requiredCases({ declaration, ask, push, collect }: ProviderAdapter): string[] {
  return [
    'accepted',
    'refused',
    'answer-unreadable',
    'paid',
    'denied',
    'paid-in-part',
    'repeated-notice',
    'two-claims-one-message',
    'half-file',
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
    'expected.json needs one entry a step',
  )
  for (const [index, result] of results.entries()) {
    const where = difference(played.expected[index], result, '')
    demand(where === null, `step ${index + 1} (${played.steps[index]?.call}): ${where}`)
  }
}

/** The first place where two JSON values differ, in words; null when they are the same. */
export function difference(expected: unknown, got: unknown, place: string): string | null {
  if (isDeepStrictEqual(expected, got)) return null
  if (isContainer(expected) && isContainer(got) && Array.isArray(expected) === Array.isArray(got)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(got)])) {
      const deeper = difference(expected[key], got[key], `${place}/${key}`)
      if (deeper !== null) return deeper
    }
  }
  return `${place || '/'} is ${brief(got)}, expected ${brief(expected)}`
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function brief(value: unknown): string {
  const text = value === undefined ? 'absent' : JSON.stringify(value)
  return text.length > 120 ? `${text.slice(0, 120)}…` : text
}
