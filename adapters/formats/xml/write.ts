import { escapeText } from './characters.ts'

/** One element to be written: its name, and its text or its children in the order of the schema. */
export type Written = readonly [name: string, content: string | readonly Written[]]

/** The elements that are there: what is null or undefined is left out, the order stays. */
export function present(...elements: (Written | null | undefined)[]): Written[] {
  return elements.filter((each) => each !== null && each !== undefined)
}

/** An element with text, or nothing where there is none to say. */
export function optional(name: string, text: string | null | undefined): Written | null {
  return text === null || text === undefined || text === '' ? null : [name, text]
}

/**
 * A document in UTF-8, two spaces a level, one element a line. Same input, same bytes. Throws for
 * text that XML cannot carry.
 */
export function writeXml(root: Written): Uint8Array {
  return new TextEncoder().encode(`<?xml version="1.0" encoding="utf-8"?>\n${lines(root, '').join('\n')}\n`)
}

function lines([name, content]: Written, indent: string): string[] {
  if (typeof content === 'string') return [`${indent}<${name}>${escapeText(content, name)}</${name}>`]
  return [`${indent}<${name}>`, ...content.flatMap((child) => lines(child, `${indent}  `)), `${indent}</${name}>`]
}
