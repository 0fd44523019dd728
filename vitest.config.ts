import { defineConfig } from 'vitest/config'
import LongestFirst from './test/setup/longestFirst.ts'

const LIMITS = { pool: 'forks', testTimeout: 60_000, hookTimeout: 120_000 } as const

/** What these folders test changes nothing of its process: two processes run all their files and load the product once each, not once a file. */
const SHARED = 'domain|adapters|db|activities|api'

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
          unstubEnvs: true,
        },
      },
      {
        test: {
          ...LIMITS,
          name: 'own process',
          include: ['test/*.test.ts', `test/!(${SHARED})/**/*.test.ts`],
        },
      },
    ],
  },
})
