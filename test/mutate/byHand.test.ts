import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { ROOT } from './checkout.ts'
import { defectsByHand, KNOWN } from './drawn/byHand.ts'

it('every known defect still has its place in the code', () => {
  const product = ['domain', 'workflows', 'activities', 'adapters', 'api', 'db', 'platform']
  const files = execFileSync('git', ['ls-files', ...product], { cwd: ROOT, encoding: 'utf8' }).split('\n')
  const sources = files.filter((file) => file.endsWith('.ts') && !file.includes('/fixtures/'))
  expect(defectsByHand(sources)).toHaveLength(KNOWN.length)
})
