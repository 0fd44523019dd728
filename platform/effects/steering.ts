/**
 * Where a failpoint leads. The tests' own programs put something here; nothing of the product
 * does, so that a running deployment passes every place without a pause.
 */
let steered: (failpoint: string) => void = () => undefined

/** From now on `passing` is called with the name of every failpoint that this process passes. */
export function steerFailpoints(passing: (failpoint: string) => void): void {
  steered = passing
}

/** This process passes the failpoint. */
export function passFailpoint(failpoint: string): void {
  steered(failpoint)
}
