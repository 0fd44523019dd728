import { XMLParser } from 'fast-xml-parser'
import { foreignKind } from '../foreignKind.ts'
import { forbiddenCharacter, unescapeText } from './characters.ts'
import { textOfXml } from './encoding.ts'
import { scan } from './scan.ts'
import { wellFormed } from './schema/validate.ts'

/** One element as it was read: text without the space around it, children in their order. */
export interface XmlElement {
  name: string
  attributes: ReadonlyMap<string, string>
  text: string
  children: XmlElement[]
}

export type ReadXml = { ok: true; root: XmlElement; text: string } | { ok: false; because: string }

/**
 * Larger documents are not read: 5,000 paid claims are 4 MB, and papers go with claims of 10 MB at
 * most.
 */
const LARGEST_BYTES = 12_000_000
const XINCLUDE = 'http://www.w3.org/2001/XInclude'

/**
 * Reads a document from anybody. What could make a parser do more than parse (a document type,
 * entities, XInclude, deep nesting, a charset in doubt, names that JavaScript objects own) is
 * refused by name before one sees it. Never throws; `because` quotes nothing of the document but
 * names.
 */
export function readXml(bytes: Uint8Array): ReadXml {
  if (bytes.byteLength > LARGEST_BYTES) return refused(`it is larger than ${LARGEST_BYTES} bytes`)
  const foreign = foreignKind(bytes)
  if (foreign !== null) return refused(foreign)
  const decoded = textOfXml(bytes)
  if (!decoded.ok) return refused(decoded.because)
  const { text } = decoded
  const forbidden = forbiddenCharacter(text)
  if (forbidden !== null) return refused(`it holds the character ${forbidden}, which no XML may`)
  if (!/^\s*</.test(text)) return refused('it is not XML')
  const problem = scan(text)
  if (problem !== null) return refused(problem)
  if (text.includes(XINCLUDE)) return refused('it includes other documents (XInclude)')
  const read = parse(text)
  // The parser takes a broken document for a whole one; the library of the schemas doesn't.
  return read.ok && !wellFormed(text) ? refused('it is not well-formed') : read
}

function parse(text: string): ReadXml {
  try {
    const nodes = parser().parse(text) as Node[]
    const roots = nodes.filter((node) => nameOf(node) !== '?xml' && nameOf(node) !== TEXT)
    const [root] = roots
    if (root === undefined || roots.length > 1) return refused('it is not one element')
    return { ok: true, root: elementOf(root), text }
  } catch (error) {
    return refused(error instanceof Unreadable ? error.message : 'it is not well-formed')
  }
}

/** A parser keeps state: one for each document. */
function parser(): XMLParser {
  return new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseTagValue: false,
    parseAttributeValue: false,
    processEntities: false,
    trimValues: false,
    cdataPropName: CDATA,
    commentPropName: false,
  })
}

const TEXT = '#text'
const CDATA = '#cdata'
const ATTRIBUTES = ':@'

type Node = Record<string, unknown>

class Unreadable extends Error {
  override name = 'Unreadable'
}

function nameOf(node: Node): string {
  return Object.keys(node).find((key) => key !== ATTRIBUTES) ?? ''
}

function elementOf(node: Node): XmlElement {
  const name = nameOf(node)
  const content = node[name] as Node[]
  const children: XmlElement[] = []
  let text = ''
  for (const child of content) {
    const childName = nameOf(child)
    if (childName === TEXT) text += plain(String(child[TEXT]), name)
    else if (childName === CDATA) text += (child[CDATA] as Node[]).map((each) => String(each[TEXT] ?? '')).join('')
    else children.push(elementOf(child))
  }
  const attributes = Object.entries((node[ATTRIBUTES] ?? {}) as Record<string, unknown>)
  return {
    name,
    attributes: new Map(attributes.map(([key, value]) => [key, plain(String(value), name)])),
    text: text.trim(),
    children,
  }
}

function plain(text: string, element: string): string {
  const meant = unescapeText(text)
  if (meant === null) throw new Unreadable(`${named(element)} holds an entity that nobody declared`)
  return meant
}

/** An element's name as it may be quoted. */
function named(element: string): string {
  return /^[A-Za-z.]{1,40}$/.test(element) ? element : 'an element'
}

function refused(because: string): ReadXml {
  return { ok: false, because }
}

/** The text of the first child of that name; null when there is none or it is empty. */
export function textIn(element: XmlElement, name: string): string | null {
  return childIn(element, name)?.text || null
}

export function childIn(element: XmlElement, name: string): XmlElement | null {
  return element.children.find((each) => each.name === name) ?? null
}

export function childrenIn(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((each) => each.name === name)
}
