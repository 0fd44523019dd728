import type { WorkerHooks } from '../../../activities/worker/runWorker.ts'
import { seeded } from '../random.ts'
import { INCOMING } from './incoming.ts'
import { OUTGOING } from './outgoing.ts'
import { type Activities, type Defect, from, soundActivities } from './planting.ts'
import { ROWS } from './rows.ts'

/**
 * Defects that the audit must find; without them nobody knows whether it finds anything. Each
 * exchanges what a worker does.
 */
const DEFECTS: Readonly<Record<string, Defect>> = { ...ROWS, ...OUTGOING, ...INCOMING }

export const DEFECT_NAMES: readonly string[] = Object.keys(DEFECTS)

/**
 * The invariant (docs/operations.md) that each defect breaks: what else a slow run breaks is no
 * find.
 */
const BROKEN: Readonly<Record<string, string>> = {
  'no-lease': 'I1',
  'never-sends': 'I1',
  'sends-twice': 'I1',
  'other-number': 'I1',
  'other-amount': 'I2',
  'moves-in-silence': 'I4',
  'names-patients': 'I8',
  'skips-numbers': 'I9',
  'forgets-notices': 'I14',
}

/** The invariant that a defect (`name` or `name:n`) breaks; of the others, the cents of a claim. */
export function brokenBy(setting: string): string {
  return BROKEN[setting.split(':')[0] ?? ''] ?? 'I5'
}

/** The defect that shows only when a sender dies between the sending and its record. */
export const NEEDS_DEATH = 'no-lease'

/** A defect begins to show at one of the first passages of its place. */
const LATEST_PASSAGE = 2

/**
 * Every defect once, in an order and with a beginning that the seed draws: `name:n` begins to show
 * at the n-th passage of its place.
 */
export function drawn(seed: number): string[] {
  const random = seeded(seed)
  return DEFECT_NAMES.map((name) => ({ name, place: random(), passage: 1 + Math.floor(random() * LATEST_PASSAGE) }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ name, passage }) => `${name}:${passage}`)
}

/**
 * The activities of a worker with this defect (`name` or `name:n`); without a name, of a sound one.
 * Throws one sentence for a defect that nobody knows.
 */
export function activitiesWith(setting: string | undefined): Pick<WorkerHooks, 'activities'> {
  if (!setting) return { activities: soundActivities }
  const [, name = setting, passage = '1'] = /^(.*?)(?::(\d+))?$/.exec(setting) ?? []
  const defect = DEFECTS[name]
  if (defect === undefined) throw new Error(`there is no defect ${name} to plant; there are ${DEFECT_NAMES.join(', ')}`)
  return { activities: (deps): Activities => defect(deps, from(Number(passage))) }
}
