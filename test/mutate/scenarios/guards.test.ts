import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { citations } from '../../failureModes/citations.ts'
import { filesOfCheckout, ROOT } from '../checkout.ts'
import { GUARDS } from './guards.ts'
import { placedGuards } from './plantGuards.ts'

it('every guard of the failure catalogue has its one place in the code', () => {
  expect(placedGuards(filesOfCheckout())).toHaveLength(GUARDS.length)
})

it('and names a file with a test of its scenario', () => {
  const cited = citations()
  const astray = GUARDS.filter(
    ({ id, test }) => !cited.some((each) => each.id === id && each.file === test && each.title !== null),
  )
  expect(astray.map(({ id, test }) => `${id} ${test}`)).toEqual([])
})

it('changes something', () => {
  for (const { defect } of placedGuards(filesOfCheckout())) {
    const file = path.join(ROOT, defect.file)
    expect(existsSync(file)).toBe(true)
    expect(readFileSync(file, 'utf8').slice(defect.start, defect.end)).not.toBe(defect.replacement)
  }
})
