import { defineConfig } from 'vitest/config'
import LongestFirst from './test/setup/longestFirst.ts'

const LIMITS = { pool: 'forks', testTimeout: 60_000, hookTimeout: 120_000 } as const

/** What these folders test changes nothing of its process: two processes run all their files and load the product once each, not once a file. */
const SHARED = 'domain|adapters|db|activities|api'
/** Temporal's runtime can be installed once a process. */
const NOT_SHARED = ['test/api/claimWorkflows.test.ts']

export default defineConfig({
  test: {
    globalSetup: ['test/support/postgresServer.ts'],
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...LIMITS,
          name: 'shared',
          isolate: false,
          include: [`test/@(${SHARED})/**/*.test.ts`],
          exclude: NOT_SHARED,
        },
      },
      {
        test: {
          ...LIMITS,
          name: 'own process',
          include: ['test/*.test.ts', `test/!(${SHARED})/**/*.test.ts`, ...NOT_SHARED],
        },
      },
    ],
  },
})
