import ts from 'typescript'
import type { Defect, Kind } from './defect.ts'
import { sqlDefects } from './sqlDefects.ts'

type Change = Pick<Defect, 'kind' | 'start' | 'end' | 'replacement'>

const COMPARISONS: Partial<Record<ts.SyntaxKind, string>> = {
  [ts.SyntaxKind.LessThanToken]: '<=',
  [ts.SyntaxKind.LessThanEqualsToken]: '<',
  [ts.SyntaxKind.GreaterThanToken]: '>=',
  [ts.SyntaxKind.GreaterThanEqualsToken]: '>',
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: '!==',
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: '===',
}
const LOGIC: Partial<Record<ts.SyntaxKind, string>> = {
  [ts.SyntaxKind.AmpersandAmpersandToken]: '||',
  [ts.SyntaxKind.BarBarToken]: '&&',
}
const SIGNS: Partial<Record<ts.SyntaxKind, string>> = {
  [ts.SyntaxKind.PlusToken]: '-',
  [ts.SyntaxKind.MinusToken]: '+',
}
const OPERATORS: Record<string, string> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>', '=': '<>', '<>': '=' }
const REVERSED: Record<string, string> = { '<': '>', '<=': '>', '>': '<', '>=': '<' }
/**
 * Names of what makes two things the same or not: one part less, and two different things are one.
 */
const KEYS = /key|fingerprint|sha256|hash|dedupe/i

/**
 * Every one-line defect that a file offers: guards, fences, fingerprints, comparisons, signs and
 * bounds.
 */
export function candidates(file: string, text: string): Defect[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const changes: Change[] = []
  const visit = (node: ts.Node): void => {
    changes.push(...changesOf(node, text))
    ts.forEachChild(node, visit)
  }
  visit(source)
  return changes.map((change) => ({ file, ...change }))
}

function changesOf(node: ts.Node, text: string): Change[] {
  if (ts.isBinaryExpression(node)) return binary(node)
  if (ts.isPrefixUnaryExpression(node)) return prefix(node, text)
  if (ts.isIfStatement(node)) return guard(node)
  if (ts.isCallExpression(node)) return call(node)
  if (ts.isNumericLiteral(node)) return bound(node)
  if (ts.isTemplateExpression(node)) return keyParts(node)
  if (ts.isTaggedTemplateExpression(node) && node.tag.getText().startsWith('sql')) return sqlDefects(node.template)
  return []
}

function change(kind: Kind, node: ts.Node, replacement: string): Change {
  return { kind, start: node.getStart(), end: node.getEnd(), replacement }
}

function binary({ operatorToken }: ts.BinaryExpression): Change[] {
  const { kind } = operatorToken
  const [comparison, logic, sign] = [COMPARISONS[kind], LOGIC[kind], SIGNS[kind]]
  if (comparison !== undefined) return [change('comparison', operatorToken, comparison)]
  if (logic !== undefined) return [change('logic', operatorToken, logic)]
  return sign === undefined ? [] : [change('sign', operatorToken, sign)]
}

function prefix(node: ts.PrefixUnaryExpression, text: string): Change[] {
  const operand = text.slice(node.operand.getStart(), node.operand.getEnd())
  if (node.operator === ts.SyntaxKind.ExclamationToken) return [change('negation', node, operand)]
  return node.operator === ts.SyntaxKind.MinusToken ? [change('sign', node, operand)] : []
}

/** `if (…) return …` and its kind, taken away. */
function guard(node: ts.IfStatement): Change[] {
  if (node.elseStatement !== undefined) return []
  const then = node.thenStatement
  const only = ts.isBlock(then) && then.statements.length === 1 ? then.statements[0] : then
  const leaves =
    only !== undefined &&
    (ts.isReturnStatement(only) ||
      ts.isThrowStatement(only) ||
      ts.isContinueStatement(only) ||
      ts.isBreakStatement(only))
  return leaves ? [change('guard', node, '')] : []
}

function call(node: ts.CallExpression): Change[] {
  const callee = node.expression
  if (!ts.isPropertyAccessExpression(callee)) return []
  const name = callee.name.text
  const { start, end } = { start: callee.expression.getEnd(), end: node.getEnd() }
  if (name === 'where' && !sameOrganisation(node))
    return [{ kind: 'fence', start, end, replacement: '' }, ...comparedInQuery(node)]
  if (name === 'update' && callee.getText().includes('createHash'))
    return [{ kind: 'fingerprint', start, end, replacement: '' }]
  if (callee.expression.getText() === 'Math' && (name === 'min' || name === 'max'))
    return [change('bound', callee.name, name === 'min' ? 'max' : 'min')]
  return []
}

/**
 * Row-level security keeps organisations apart as well, and has tests of its own: without this
 * condition nothing changes.
 */
function sameOrganisation(node: ts.CallExpression): boolean {
  const [column] = node.arguments
  return column !== undefined && ts.isStringLiteral(column) && /(^|\.)organisation_id$/.test(column.text)
}

function comparedInQuery(node: ts.CallExpression): Change[] {
  const operator = node.arguments[1]
  if (operator === undefined || !ts.isStringLiteral(operator)) return []
  // As in SQL: the very microsecond of the database's clock is nothing that could be met.
  const clock = node.arguments[2]?.getText().includes('now()') === true
  const other = clock ? REVERSED[operator.text] : OPERATORS[operator.text]
  return other === undefined ? [] : [change('comparison', operator, `'${other}'`)]
}

/** Portions and times: a little more or less of them is no other rule. */
const ABOUT = /(_MS|CHUNK|PASS)$/

/** A number that is compared with, or a named constant. */
function bound(node: ts.NumericLiteral): Change[] {
  const { parent } = node
  const compared =
    ts.isBinaryExpression(parent) && (COMPARISONS[parent.operatorToken.kind] ?? SIGNS[parent.operatorToken.kind])
  const name = ts.isVariableDeclaration(parent) ? parent.name.getText() : ''
  const constant = /^[A-Z][A-Z_]+$/.test(name) && !ABOUT.test(name)
  return compared || constant ? [change('bound', node, String(Number(node.text.replaceAll('_', '')) + 1))] : []
}

/** A key made of parts: each part left out. */
function keyParts(node: ts.TemplateExpression): Change[] {
  const { parent } = node
  const named = ts.isPropertyAssignment(parent) || ts.isVariableDeclaration(parent) ? parent.name.getText() : ''
  const returned = ts.isReturnStatement(parent) ? functionName(parent) : ''
  const hashed = ts.isCallExpression(parent) && parent.expression.getText().includes('createHash')
  if (!KEYS.test(named) && !KEYS.test(returned) && !hashed) return []
  return node.templateSpans.map(({ expression }) => change('fingerprint', expression, "''"))
}

function functionName(node: ts.Node): string {
  for (let each: ts.Node | undefined = node.parent; each !== undefined; each = each.parent)
    if (ts.isFunctionDeclaration(each)) return each.name?.text ?? ''
  return ''
}
