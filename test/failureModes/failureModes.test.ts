import { expect, it } from 'vitest'
import { citations, idsOfComments, idsOfTitle } from './citations.ts'
import { SCENARIOS, type Scenario } from './scenarios.ts'

const cited = citations()

it('code and tests cite no failure that the catalogue does not have', () => {
  expect(cited.length).toBeGreaterThan(40)
  expect(cited.filter(({ id }) => !(id in SCENARIOS))).toEqual([])
})

it('each failure has a test that proves it, or says with which subject it will come', () => {
  const proved = new Set(cited.flatMap(({ id, title }) => (title === null ? [] : [id])))
  const without = Object.entries<Scenario>(SCENARIOS).flatMap(([id, { later }]) =>
    proved.has(id) || later !== undefined ? [] : [id],
  )
  expect(without).toEqual([])
})

it('docs/failure-modes.md is the catalogue with the tests that prove it', async () => {
  await expect(page()).toMatchFileSnapshot('../../docs/failure-modes.md')
})

it.each([
  ['F3 refuses it', ['F3']],
  ['is posted once (F1, F9)', ['F1', 'F9']],
  ['a tooth 14 (upper) and code D2740', []],
  ['the segment (HI) of A1B2', []],
])('reads ids of a title: %s', (title, ids) => {
  expect(idsOfTitle(title)).toEqual(ids)
})

it.each([
  ['never "cancelled" with an effect (failure B17).', ['B17']],
  ['proves that it arrived (failures E3, F12)', ['E3', 'F12']],
  ['whatever our record says (failure\n * E3)', ['E3']],
  ['whatever our record says (failure\n// E3)', ['E3']],
  ['277CA says A1, failure of a D8 date', []],
])('reads ids of a comment: %j', (text, ids) => {
  expect(idsOfComments(text)).toEqual(ids)
})

function page(): string {
  const rows = Object.entries<Scenario>(SCENARIOS).map(
    ([id, { failure, correct, later }]) => `| ${id} | ${failure} | ${correct} | ${provedBy(id, later)} |`,
  )
  return [
    '# Failure modes',
    '',
    'What may go wrong, what the product must do then, and the tests that name it. Comments in the code cite a row by its id.',
    'Each has a test, or names the subject with which it will come; `npm run mutate -- --scenarios` takes the guard of a row away and',
    'looks whether its test goes red. Made from `test/failureModes/scenarios.ts` by `npx vitest run test/failureModes -u`.',
    '',
    '| id | failure | correct behaviour | tests |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

function provedBy(id: string, later?: string): string {
  const tests = cited.filter((each) => each.id === id && each.title !== null)
  const named = tests.map(({ file, title }) => `${title?.replaceAll('|', '\\|')} (\`${file}\`)`)
  return [...named, ...(later === undefined ? [] : [`more with ${later}`])].join('<br>') || '–'
}
