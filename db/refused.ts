/**
 * The rules say no: `type` is the API's problem type, `detail` a sentence without patient data,
 * `more` what a caller needs to go on.
 */
export interface Refused {
  kind: 'refused'
  type: string
  detail: string
  more?: Record<string, unknown>
}

export function refused(type: string, detail: string, more?: Record<string, unknown>): Refused {
  return more === undefined ? { kind: 'refused', type, detail } : { kind: 'refused', type, detail, more }
}
