/** The ids in a header such as References, without their angle brackets. */
export function idsIn(text: string): string[] {
  return [...text.slice(0, 20_000).matchAll(/<([^<>\s]{1,250})>/g)].map(([, id = '']) => id)
}
