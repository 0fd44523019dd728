import { InvalidArgumentError } from 'commander'

/** Throws commander's error, which it prints with the option's name. */
export function port(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 0 && value <= 65_535) return value
  throw new InvalidArgumentError('A port is a whole number from 0 (any free one) to 65535.')
}

export function positive(text: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  throw new InvalidArgumentError('It must be a number above 0.')
}
