/** A proof that takes too long for `npm test`: one command that ends with 0 only when it holds. */
export interface Proof {
  name: string
  /** What is known when it has passed, as one sentence. */
  proves: string
  /** The program and its arguments, run from the root of the checkout. */
  command: readonly [string, ...string[]]
  env?: Readonly<Record<string, string>>
  /** About how long it takes on two quiet cores. One that takes four times as long has hung. */
  minutes: number
}

const CLAIMHUB = ['node', 'bin/claimhub.js'] as const
const VITEST = ['npx', 'vitest', 'run'] as const

/**
 * What `npm run prove` runs, in this order. To add one: append it here; the command must exit with
 * another code than 0 when what it proves does not hold.
 */
export const PROOFS: readonly Proof[] = [
  {
    name: 'histories',
    proves: '10,000 random histories of a claim end as the model says, to the cent.',
    command: [...VITEST, 'test/model'],
    env: { CLAIMHUB_LONG: '1' },
    minutes: 40,
  },
  {
    name: 'round-trip',
    proves: 'What each of our writers writes of 10,000 claims comes back unchanged.',
    command: [...VITEST, 'test/cli/render/roundTrip.test.ts'],
    env: { CLAIMHUB_LONG: '1' },
    minutes: 15,
  },
  {
    name: 'readers',
    proves: 'Readers that share nothing with us find the same values in 10,000 claims of every format.',
    command: ['npm', 'run', 'readers', '--', '--claims', '10000'],
    minutes: 40,
  },
  {
    name: 'fuzz',
    proves: 'Of 200,000 mutated documents none crashes or hangs a reader, and none is taken wrongly.',
    command: [...CLAIMHUB, 'fuzz', '--documents', '200000', '--json'],
    minutes: 4,
  },
  {
    name: 'large-documents',
    proves: 'A worker of 512 MB reads 20 documents of 40 MB, one of which kills its decoder.',
    command: [...VITEST, 'test/activities/inbox/largeDocuments.test.ts'],
    env: { CLAIMHUB_TEST_DOCUMENTS: '20x40x512' },
    minutes: 5,
  },
  {
    name: 'crash-points',
    proves:
      'Killed just before or just after any lasting effect, on each channel, nothing is lost, doubled or a cent off.',
    command: [...CLAIMHUB, 'chaos', '--crash-points', '--json'],
    minutes: 15,
  },
  {
    name: 'chaos',
    proves: 'Of 1,000 claims under 100 random kills and 10 disturbed links none is lost, doubled or a cent off.',
    command: [
      ...CLAIMHUB,
      'chaos',
      '--claims',
      '1000',
      '--kills',
      '100',
      '--faults',
      '10',
      '--patience',
      '900',
      '--json',
    ],
    minutes: 40,
  },
  {
    name: 'unwedge',
    proves: '1,000 open claims under a build that throws in their workflow are found and mended by one command.',
    command: [...VITEST, 'test/cli/unwedge.test.ts'],
    env: { CLAIMHUB_LONG: '1' },
    minutes: 15,
  },
  {
    name: 'restore',
    proves:
      '3,000 open claims of a restored database have their workflows again; nothing leaves, posts or counts twice.',
    command: [...CLAIMHUB, 'drill', 'restore', '--claims', '2', '--open', '3000', '--json'],
    minutes: 15,
  },
  {
    name: 'outages-and-defects',
    proves: 'Temporal, Postgres, space, HMOs and clocks may be away or wrong; each planted defect turns a run red.',
    command: [...VITEST, 'test/chaos/outages.test.ts', 'test/chaos/defects.test.ts'],
    env: { CLAIMHUB_LONG: '1' },
    minutes: 60,
  },
  {
    name: 'scenarios',
    proves: 'Each failure of the catalogue has a test that goes red when its guard is taken away.',
    command: ['npm', 'run', 'mutate', '--', '--scenarios', '--json'],
    minutes: 25,
  },
  {
    name: 'mutants',
    proves: 'The tests notice changes of the pure code and one-line defects elsewhere.',
    command: ['npm', 'run', 'mutate', '--', '--json'],
    minutes: 240,
  },
]
