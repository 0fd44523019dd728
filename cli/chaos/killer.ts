import { TWIN_KINDS } from '../seed/hmos.ts'
import type { Stack } from '../stack/stack.ts'
import { type PartName, twinName } from '../stack/stackParts.ts'

export type Kills = Record<'worker' | 'api' | 'postgres' | 'temporal' | 'twin', number>

const PARTS: { name: PartName; counts: keyof Kills }[] = [
  ...(['worker', 'api', 'postgres', 'temporal'] as const).map((name) => ({ name, counts: name })),
  ...TWIN_KINDS.map((kind) => ({ name: twinName(kind), counts: 'twin' as const })),
]

/**
 * Kills a random part every 2 to 6 seconds with SIGKILL and starts it again; answers how long each
 * took to be back.
 */
export async function killAtRandom(
  stack: Stack,
  options: { kills: number; random: () => number; say(words: string): void; workerEnv: Record<string, string> },
): Promise<{ kills: Kills; recoverySeconds: number[] }> {
  const kills: Kills = { worker: 0, api: 0, postgres: 0, temporal: 0, twin: 0 }
  const recoverySeconds: number[] = []
  for (let done = 0; done < options.kills; done += 1) {
    await new Promise((resolve) => setTimeout(resolve, 2_000 + options.random() * 4_000))
    const { name, counts } = PARTS[Math.floor(options.random() * PARTS.length)] as (typeof PARTS)[number]
    kills[counts] += 1
    const seconds = await killAndRestart(stack, name, name === 'worker' ? options.workerEnv : {})
    recoverySeconds.push(seconds)
    options.say(
      `  killed ${name} (${done + 1} of ${options.kills}), everything answers again after ${seconds.toFixed(1)} s`,
    )
  }
  return { kills, recoverySeconds }
}

/** SIGKILL and a new start; seconds until the API reaches the database and Temporal again. */
export async function killAndRestart(stack: Stack, name: PartName, more: Record<string, string> = {}): Promise<number> {
  const started = Date.now()
  await stack.parts[name].kill()
  await stack.parts[name].start(more)
  await ready(stack)
  return (Date.now() - started) / 1000
}

async function ready(stack: Stack): Promise<void> {
  for (;;) {
    const answer = await fetch(`${stack.apiUrl}/readyz`).catch(() => null)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
