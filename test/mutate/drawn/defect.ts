/** One change in one file that turns a rule into another. */
export interface Defect {
  file: string
  /** What kind of rule it breaks; the drawing takes from every kind in turn. */
  kind: Kind
  start: number
  end: number
  replacement: string
}

export type Kind =
  | 'comparison'
  | 'logic'
  | 'negation'
  | 'guard'
  | 'fence'
  | 'sign'
  | 'bound'
  | 'fingerprint'
  | 'sql'
  | 'by hand'

export function planted(text: string, { start, end, replacement }: Defect): string {
  return text.slice(0, start) + replacement + text.slice(end)
}

/** As a person reads it: place, kind, what stood there and what stands there now. */
export function described(text: string, defect: Defect): string {
  const line = text.slice(0, defect.start).split('\n').length
  const short = (words: string) => {
    const flat = words.replace(/\s+/g, ' ').trim()
    return flat.length > 70 ? `${flat.slice(0, 67)}…` : flat
  }
  const before = short(text.slice(defect.start, defect.end))
  return `${defect.file}:${line} ${defect.kind}: ${before} → ${short(defect.replacement) || '(nothing)'}`
}
