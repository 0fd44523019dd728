/**
 * A claim that a provider's format cannot carry as it is. `place` is the field in the format's
 * words, `because` the field in ours with the limit and what to do. Neither repeats a value: it may
 * be patient data.
 */
export class FormatRefusal extends Error {
  override readonly name: string = 'FormatRefusal'
  readonly place: string
  readonly because: string

  constructor(place: string, because: string) {
    super(`${place}: ${because}`)
    this.place = place
    this.because = because
  }
}
