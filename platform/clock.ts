/**
 * The one business clock: `epoch + scale × (real time − real epoch)`. Every process of a deployment
 * gets the same three numbers (`CLAIMHUB_CLOCK`), so API, worker and twins agree on what day it is.
 * Scale 1 is real time; the demo lets a day pass in a second.
 */
export interface Clock {
  /** Business milliseconds that pass in one real millisecond. */
  scale: number
  /** Business time now. */
  now(): Date
  /** Real milliseconds until a business instant; 0 when it has passed. */
  realMsUntil(instant: Date): number
}

/**
 * Reads `CLAIMHUB_CLOCK` (`<business epoch ms>,<real epoch ms>,<scale>`); without it, real time.
 */
export function clockFrom(text: string | undefined): Clock {
  const [epoch = 0, realEpoch = 0, scale = 1] = (text ?? '0,0,1').split(',').map(Number)
  if (![epoch, realEpoch, scale].every(Number.isFinite) || scale <= 0) {
    throw new Error(`CLAIMHUB_CLOCK must be <business ms>,<real ms>,<scale>, not ${text}`)
  }
  return {
    scale,
    now: () => new Date(epoch + scale * (Date.now() - realEpoch)),
    realMsUntil: (instant) => Math.max(0, realEpoch + (instant.getTime() - epoch) / scale - Date.now()),
  }
}

/**
 * The value of `CLAIMHUB_CLOCK` for a clock that starts at real time and runs `scale` times as
 * fast.
 */
export function clockSetting(scale: number, startAt: Date = new Date()): string {
  return `${startAt.getTime()},${Date.now()},${scale}`
}
