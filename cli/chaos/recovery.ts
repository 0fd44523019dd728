import type { Counted } from './deployment.ts'

/** Seconds until everything answered again, and how often that was measured. */
export interface Recovery {
  times: number
  p50: number
  p95: number
}

/** The recoveries of all parts together and of each. */
export function secondsOf(took: readonly { counts: Counted; seconds: number }[]): Record<'all' | Counted, Recovery> {
  const of = (counted: Counted) => summary(took.filter((each) => each.counts === counted).map(({ seconds }) => seconds))
  return {
    all: summary(took.map(({ seconds }) => seconds)),
    worker: of('worker'),
    api: of('api'),
    postgres: of('postgres'),
    temporal: of('temporal'),
    twin: of('twin'),
  }
}

function summary(seconds: number[]): Recovery {
  const sorted = seconds.toSorted((one, other) => one - other)
  return { times: sorted.length, p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) }
}

function quantile(sorted: number[], part: number): number {
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0) * 10) / 10
}
