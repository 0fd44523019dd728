import type { Counted, Deployment, KillTarget } from './deployment.ts'
import { DISTURBANCES, type Disturbance, type Link } from './links/links.ts'
import { type Recovery, secondsOf } from './recovery.ts'

export interface Harm {
  kills: Record<Counted, number>
  faults: Record<Disturbance, number>
  recoverySeconds: Record<'all' | Counted, Recovery>
}

export interface HarmWishes {
  kills: number
  faults: number
  /** In [0, 1). */
  random(): number
  say(words: string): void
  /** Environment of a worker that is started again. */
  workerEnv: Record<string, string>
}

type Blow = { target: KillTarget } | { link: Link; how: Disturbance }

/**
 * Every 2 to 6 seconds kills a random process with SIGKILL and starts it again, or disturbs a
 * random link for 2 to 10 seconds; answers how long each process took to be back.
 */
export async function harmAtRandom(deployment: Deployment, wishes: HarmWishes): Promise<Harm> {
  const { kills, faults, random, say } = wishes
  const counts = { worker: 0, api: 0, postgres: 0, temporal: 0, twin: 0 }
  const disturbed = { cut: 0, slow: 0, 'half-cut': 0 }
  const took: { counts: Counted; seconds: number }[] = []
  for (const [index, blow] of blowsOf(deployment, wishes).entries()) {
    await pause(2_000 + random() * 4_000)
    const place = `${index + 1} of ${kills + faults}`
    if ('link' in blow) {
      disturbed[blow.how] += 1
      const forMs = 2_000 + random() * 8_000
      blow.link.disturb(blow.how)
      await pause(forMs)
      blow.link.heal()
      await ready(deployment)
      say(`  ${blow.link.name} was ${blow.how} for ${(forMs / 1000).toFixed(1)} s (${place})`)
      continue
    }
    const { target } = blow
    counts[target.counts] += 1
    const seconds = await killAndRestart(deployment, target, target.counts === 'worker' ? wishes.workerEnv : {})
    took.push({ counts: target.counts, seconds })
    say(`  killed ${target.part.name} (${place}), everything answers again after ${seconds.toFixed(1)} s`)
  }
  return { kills: counts, faults: disturbed, recoverySeconds: secondsOf(took) }
}

/** Which blows fall, drawn before the first one: their order is the seed's, not the machine's. */
function blowsOf({ targets, links }: Deployment, { kills, faults, random }: HarmWishes): Blow[] {
  const deadly = Array.from({ length: kills }, (): Blow => ({ target: oneOf(targets, random) }))
  const slight = Array.from(
    { length: faults },
    (): Blow => ({ link: oneOf(links, random), how: oneOf(DISTURBANCES, random) }),
  )
  return [...deadly, ...slight]
    .map((blow) => ({ blow, place: random() }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ blow }) => blow)
}

function oneOf<T>(choices: readonly T[], random: () => number): T {
  return choices[Math.floor(random() * choices.length)] as T
}

/** SIGKILL and a new start; seconds until every API reaches the database and Temporal again. */
async function killAndRestart(
  deployment: Deployment,
  { part }: KillTarget,
  env: Record<string, string>,
): Promise<number> {
  const started = Date.now()
  await part.kill()
  await part.start(env)
  await ready(deployment)
  return (Date.now() - started) / 1000
}

async function ready({ apiUrls }: Pick<Deployment, 'apiUrls'>): Promise<void> {
  for (const url of apiUrls) {
    for (;;) {
      const answer = await fetch(`${url}/readyz`).catch(() => null)
      if (answer?.ok) break
      await pause(200)
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
