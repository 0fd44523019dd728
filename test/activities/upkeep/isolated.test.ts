import { expect, it } from 'vitest'
import { isolated } from '../../../activities/upkeep/isolated.ts'

const owners = Array.from({ length: 40 }, (_, index) => ({ organisationId: `o-${index}` }))
const settle = () => new Promise((resolve) => setImmediate(resolve))

it('G11 a backlog is worked off in its order, never more at once than allowed, and one that breaks stops none', async () => {
  const apart = isolated()
  const begun: string[] = []
  let underWay = 0
  let most = 0
  const done = await apart.each(
    'claims without a workflow',
    owners,
    async ({ organisationId }) => {
      begun.push(organisationId)
      underWay += 1
      most = Math.max(most, underWay)
      await settle()
      underWay -= 1
      if (organisationId === 'o-7') throw new TypeError('words of a row')
    },
    16,
  )
  expect(begun).toEqual(owners.map(({ organisationId }) => organisationId))
  expect(most).toBe(16)
  expect(done).toBe(39)
  expect(apart.failures).toEqual([
    { step: 'claims without a workflow', organisationId: 'o-7', connectionId: null, error: 'TypeError' },
  ])
})
