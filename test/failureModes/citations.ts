import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import ts from 'typescript'

/** A place that cites a failure of the catalogue. */
export interface Citation {
  id: string
  file: string
  /** The test's title; null: a comment of the code. */
  title: string | null
}

/** Every citation in the code and the tests of this checkout, in the order of the files. */
export function citations(): Citation[] {
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts'], { encoding: 'utf8' })
    .split('\n')
    // In the middle of a merge git lists a file once for each side.
    .filter((file, index, all) => all.indexOf(file) === index)
    .filter((file) => file !== '' && !file.includes('/fixtures/') && !file.startsWith('test/failureModes/'))
    .sort()
  return files.flatMap((file) => {
    const text = readFileSync(file, 'utf8')
    const comments = idsOfComments(text).map((id) => ({ id, file, title: null }))
    const titles = file.endsWith('.test.ts') ? titlesOf(file, text) : []
    return [...comments, ...titles.flatMap((title) => idsOfTitle(title).map((id) => ({ id, file, title })))]
  })
}

/** `F3 refuses …`, or `… is posted once (F1, F9)`. */
export function idsOfTitle(title: string): string[] {
  const [, first] = /^([A-H]\d{1,2}) /.exec(title) ?? []
  const inBrackets = [...title.matchAll(/\(([A-H]\d{1,2}(?:, [A-H]\d{1,2})*)\)/g)].flatMap(([, ids]) => split(ids))
  return first === undefined ? inBrackets : [first, ...inBrackets]
}

/** `failure B17`, or `failures E3, F12`; also where the comment goes on in the next line. */
export function idsOfComments(text: string): string[] {
  const gap = String.raw`\s+(?:(?:\*|//)\s+)?`
  const cited = new RegExp(`\\bfailures?${gap}([A-H]\\d{1,2}(?:, [A-H]\\d{1,2})*)\\b`, 'g')
  return [...text.matchAll(cited)].flatMap(([, ids]) => split(ids))
}

function split(ids: string | undefined): string[] {
  return (ids ?? '').split(', ').filter((id) => id !== '')
}

/**
 * What `it`, `test` and `describe` are called in a file, also behind `.each(…)` and `.skipIf(…)`.
 */
function titlesOf(file: string, text: string): string[] {
  const titles: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(it|test|describe)$/.test(rootOf(node.expression))) {
      const [first] = node.arguments
      if (first !== undefined && ts.isStringLiteralLike(first)) titles.push(first.text)
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest))
  return titles
}

function rootOf(node: ts.Expression): string {
  if (ts.isIdentifier(node)) return node.text
  if (ts.isPropertyAccessExpression(node) || ts.isCallExpression(node)) return rootOf(node.expression)
  return ''
}
