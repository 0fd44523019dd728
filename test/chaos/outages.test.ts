import { describe, it } from 'vitest'
import { chaosReport } from './chaosReport.ts'

/**
 * `CLAIMHUB_LONG=1`: every outage on a whole stack. Without it, what the API and the leases do in
 * them is tested where it is decided: databaseOutage, claimWorkflows, clockJumps, deliver.
 */
const LONG = process.env['CLAIMHUB_LONG'] === '1'

interface Case {
  id: string
  outage: string
  /** Real seconds. */
  seconds: number
  claims: number
}

const CASES: Case[] = LONG
  ? [
      { id: 'G3', outage: 'temporal', seconds: 600, claims: 60 },
      { id: 'G2', outage: 'postgres', seconds: 60, claims: 40 },
      { id: 'G2', outage: 'read-only', seconds: 60, claims: 40 },
      { id: 'G2', outage: 'disk-full', seconds: 60, claims: 40 },
      // At five seconds a business day: six days.
      { id: 'B13', outage: 'hmo', seconds: 30, claims: 40 },
      { id: 'E15', outage: 'clock', seconds: 30, claims: 40 },
    ]
  : []

describe('while something is away', () => {
  it('nothing is started for an outage that nobody knows', async ({ expect }) => {
    await expect(chaosReport(['--outage', 'sunspots'])).rejects.toThrow(
      'there is no outage sunspots; there are temporal, postgres, read-only, disk-full, hmo, clock',
    )
  })

  it.for(CASES)(
    '$id $outage for $seconds s: 503 or a person is told, then all complete, nothing lost or doubled',
    { timeout: 1_800_000 },
    async ({ outage, seconds, claims }, { expect }) => {
      const args = ['--outage', outage, '--for', `${seconds}`, '--claims', `${claims}`]
      expect(await chaosReport(args)).toMatchObject({
        ok: true,
        submitted: claims,
        effects: claims,
        lost: 0,
        doubled: 0,
        centsDifference: 0,
        unfinished: 0,
      })
    },
  )
})
