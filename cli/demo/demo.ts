import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { clockFrom } from '../../platform/clock.ts'
import { DEMO_HMOS, type DemoHmo, demoHmo } from '../seed/hmos.ts'
import { seedDemo } from '../seed/seedDemo.ts'
import { type Stack, startStack } from '../stack/stack.ts'
import { publicApi } from './client.ts'
import { type Guide, guideFor } from './guide.ts'
import { type EndedClaim, keepHistories } from './keepHistories.ts'
import { STORIES, type Story } from './scenarios.ts'
import { STORIES_BY_HAND } from './storiesByHand.ts'
import { batchWithCutOff } from './storyOfBatch.ts'
import { twoHmos } from './storyOfTwoHmos.ts'

/**
 * A business day passes in a second and a half: slow enough for two cores, fast enough for a
 * person.
 */
const SCALE = 86_400 / 1.5

export interface PlayedStory {
  provider: string
  transport: string
  format: string
  scenario: string
  expected: string
  ended: string
  paymentStatus: string
  events: number
}

/**
 * `claimhub demo`: plays every story of every HMO (or of one) through the public API and exits 0
 * only if each claim ended as it should.
 */
export async function demo(options: {
  json?: boolean
  keep?: boolean
  histories?: string
  provider?: string
}): Promise<void> {
  const started = Date.now()
  const hmos = options.provider === undefined ? DEMO_HMOS : [demoHmo(options.provider)]
  const say = (words: string) => process.stderr.write(`${words}\n`)
  const folder = mkdtempSync(path.join(os.tmpdir(), 'claimhub-demo-'))
  const stack = await startStack({ folder, apiPort: 0, uiPort: 0, scale: SCALE, say, seed: seedDemo })
  const claims: PlayedStory[] = []
  const ended: EndedClaim[] = []
  try {
    const plan = hmos.map((hmo) => ({ hmo, stories: storiesOf(hmo) }))
    const count = plan.reduce((sum, { hmo, stories }) => sum + stories.length + (hmo.tellsOfBatches ? 1 : 0), 0)
    say(`playing ${count} stories on ${hmos.length} HMOs; a business day passes in ${86_400 / SCALE} s`)
    const play = async (hmo: DemoHmo, story: Story) => claims.push(await played(stack, { hmo, story }, say, ended))
    await Promise.all(plan.map(({ hmo, stories }) => playAll(hmo, stories, play)))
    if (options.histories) await keepHistories(stack.env['TEMPORAL_ADDRESS'] ?? '', options.histories, ended)
  } finally {
    await stack.stop()
    if (!options.keep) rmSync(folder, { recursive: true, force: true })
  }
  const ok = claims.every((claim) => claim.expected === `${claim.ended} ${claim.paymentStatus}`)
  const seconds = Math.round((Date.now() - started) / 1000)
  say(
    `${claims.length} claims played in ${seconds} s: ${ok ? 'all ended as they should' : 'NOT all ended as they should'}`,
  )
  if (options.json) process.stdout.write(`${JSON.stringify({ ok, seconds, claims })}\n`)
  if (!ok) process.exitCode = 1
}

/**
 * An HMO without a twin answers nothing by itself: a person works with its portal, in stories of
 * their own.
 */
function storiesOf({ twin, paysAfter }: DemoHmo): Story[] {
  const own = twin === null ? STORIES_BY_HAND : STORIES
  return paysAfter === undefined ? own : [...own, twoHmos(demoHmo(paysAfter))]
}

/** While claims join the batch its HMO has a cut-off: the other stories begin after that. */
async function playAll(
  hmo: DemoHmo,
  stories: Story[],
  play: (hmo: DemoHmo, story: Story) => Promise<unknown>,
): Promise<void> {
  let joined: () => void = () => undefined
  const others = new Promise<void>((resolve) => {
    joined = resolve
  })
  const batch = hmo.tellsOfBatches ? play(hmo, batchWithCutOff(joined)) : Promise.resolve()
  await Promise.race([others, batch])
  await Promise.all([batch, ...stories.map((story) => play(hmo, story))])
}

async function played(
  stack: Stack,
  { hmo, story }: { hmo: DemoHmo; story: Story },
  say: (words: string) => void,
  ended: EndedClaim[],
): Promise<PlayedStory> {
  const { provider, letter, transport, format } = hmo
  const clock = clockFrom(stack.state.clock)
  const guide: Guide = guideFor(publicApi(stack.apiUrl, stack.state.apiKey ?? ''), provider, letter, () => clock.now())
  const expected = `${story.expected.status} ${story.expected.paymentStatus}`
  const row = { provider, transport, format, scenario: story.name, expected }
  try {
    const claim = await story.play(guide)
    ended.push({ name: `${provider}-${story.name.split(':')[0]?.replace(/[^a-z]+/g, '-')}`, claimId: claim.claimId })
    const events = (await guide.timeline(claim.claimId)).filter((entry) => entry.kind === 'event').length
    say(
      `  ${mark(expected === `${claim.status} ${claim.paymentStatus}`)} ${provider}: ${story.name} → ${claim.status}, ${claim.paymentStatus}`,
    )
    return { ...row, ended: claim.status, paymentStatus: claim.paymentStatus, events }
  } catch (error) {
    say(`  ${mark(false)} ${provider}: ${story.name}: ${(error as Error).message}`)
    return { ...row, ended: 'failed', paymentStatus: (error as Error).message, events: 0 }
  }
}

function mark(good: boolean): string {
  return good ? '✓' : '✗'
}
