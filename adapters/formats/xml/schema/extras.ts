import { escapeText } from '../characters.ts'
import type { XmlElement } from '../read.ts'
import { SCHEMAS, type SchemaName } from './schemas.ts'

/** An element that an exchange added to its schema: where it stands, and what it says. */
export interface ExtraElement {
  /** `Claim 2, Activity 1, VAT` */
  where: string
  text: string
}

/** Names that may be quoted. */
const NAME = /^[A-Za-z][\w.-]{0,40}$/
/** 5,000 paid claims of two activities each. */
const MOST_EXTRAS = 10_000

/**
 * Takes the elements out of a document that no schema of ours knows by name (source: DHPO and
 * Shafafiya add elements such as VAT between two versions). Only what cannot change the meaning of
 * the rest is an extra: an element that holds one of the schema's, or is misspelt as one, stays
 * where it is, and the schema refuses it. `text` is the document without them.
 */
export function withoutExtras(root: XmlElement, schema: SchemaName): { text: string; extras: ExtraElement[] } {
  const known = knownNames(schema)
  const extras: ExtraElement[] = []
  const isExtra = (element: XmlElement): boolean =>
    NAME.test(element.name) && !known.has(element.name.toLowerCase()) && element.children.every(isExtra)
  const write = (element: XmlElement, path: string[]): string => {
    const totals = new Map<string, number>()
    for (const { name } of element.children) totals.set(name, (totals.get(name) ?? 0) + 1)
    const counts = new Map<string, number>()
    const inside = element.children.map((child) => {
      const place = (counts.get(child.name) ?? 0) + 1
      counts.set(child.name, place)
      const steps = [...path, totals.get(child.name) === 1 ? child.name : `${child.name} ${place}`]
      if (!isExtra(child) || extras.length >= MOST_EXTRAS) return write(child, steps)
      extras.push({ where: steps.join(', '), text: textWithin(child) })
      return ''
    })
    const attributes = [...element.attributes].map(([name, value]) => ` ${name}="${quoted(value, name)}"`)
    return `<${element.name}${attributes.join('')}>${escapeText(element.text, element.name)}${inside.join('')}</${element.name}>`
  }
  const text = write(root, [])
  return { text, extras }
}

/** Names in lower case: a misspelt element of the schema is no extra. */
function knownNames(schema: SchemaName): Set<string> {
  return new Set(
    [...SCHEMAS[schema].matchAll(/<xs:element name="([^"]+)"/g)].map(([, name = '']) => name.toLowerCase()),
  )
}

function textWithin({ text, children }: XmlElement): string {
  return [text, ...children.map(textWithin)].filter((each) => each !== '').join(' ')
}

function quoted(value: string, name: string): string {
  return escapeText(value, name).replaceAll('"', '&quot;')
}
