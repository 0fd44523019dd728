import { describe, it } from 'vitest'
import { DEFECT_NAMES, drawn } from '../../cli/chaos/defects/defects.ts'
import { chaosReport } from './chaosReport.ts'

/** `CLAIMHUB_LONG=1`: all of them, drawn by this seed; else one that doubles and one of cents. */
const LONG = process.env['CLAIMHUB_LONG'] === '1'
const SEED = 11

describe('a planted defect', () => {
  const some = LONG ? it.for(drawn(SEED)) : it.concurrent.for(['sends-twice', 'posts-twice'])
  some('%s turns the run red', { timeout: 900_000 }, async (defect, { expect }) => {
    const args = ['--defect', defect, '--claims', LONG ? '8' : '4', '--kills', '0', '--patience', '20']
    const report = await chaosReport([...args, '--seed', `${SEED}`])
    expect(report).toMatchObject({ ok: true, defect })
    expect(report['found']).not.toEqual([])
  })

  it('is drawn by a seed: every one once, and the same ones for the same seed', ({ expect }) => {
    expect(drawn(7)).toEqual(drawn(7))
    expect(drawn(7)).not.toEqual(drawn(8))
    expect(drawn(7).map((each) => each.split(':')[0])).toEqual(expect.arrayContaining([...DEFECT_NAMES]))
    expect(DEFECT_NAMES.length).toBeGreaterThanOrEqual(12)
  })
})
