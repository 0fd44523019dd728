import { readFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { ROOT } from './checkout.ts'

/** Who runs whose code: imports that are only types are left out. */
export interface ImportGraph {
  /** Files by the files that they import. */
  importers: Map<string, string[]>
  /** The file itself and what it imports, the imports' imports included. */
  filesOf(file: string): Set<string>
  /** Packages that a file needs, its imports' imports included. */
  packagesOf(file: string): Set<string>
}

export function importGraph(files: string[]): ImportGraph {
  const sources = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
  const imports = new Map(sources.map((file) => [file, importsOf(file, sources)]))
  const importers = new Map<string, string[]>()
  for (const [file, { ours }] of imports) for (const each of ours) add(importers, each, file)
  const filesOf = (file: string) => {
    const seen = new Set([file])
    for (const each of seen) for (const next of imports.get(each)?.ours ?? []) seen.add(next)
    return seen
  }
  const packagesOf = (file: string) => new Set([...filesOf(file)].flatMap((each) => imports.get(each)?.packages ?? []))
  return { importers, filesOf, packagesOf }
}

/** How many imports lie between a file and each file that runs it. */
export function distances({ importers }: ImportGraph, file: string): Map<string, number> {
  const found = new Map([[file, 0]])
  for (const [each, distance] of found)
    for (const importer of importers.get(each) ?? []) if (!found.has(importer)) found.set(importer, distance + 1)
  return found
}

function importsOf(file: string, sources: string[]): { ours: string[]; packages: string[] } {
  const text = readFileSync(path.join(ROOT, file), 'utf8')
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, false)
  const named = source.statements.flatMap((statement) => (isImported(statement) ? moduleOf(statement) : []))
  const dynamic = [...text.matchAll(/\bimport\('([^']+)'\)/g)].flatMap((match) => match[1] ?? [])
  const all = [...named, ...dynamic]
  const ours = all.filter((name) => name.startsWith('.')).map((name) => path.join(path.dirname(file), name))
  // The bundle of the workflows is made from a path, not from an import.
  if (path.basename(file) === 'workflowBundle.ts') ours.push('workflows/index.ts')
  return { ours: ours.filter((each) => sources.includes(each)), packages: all.filter((name) => !name.startsWith('.')) }
}

function moduleOf(statement: ts.ImportDeclaration | ts.ExportDeclaration): string[] {
  const { moduleSpecifier } = statement
  return moduleSpecifier !== undefined && ts.isStringLiteral(moduleSpecifier) ? [moduleSpecifier.text] : []
}

function isImported(statement: ts.Statement): statement is ts.ImportDeclaration | ts.ExportDeclaration {
  if (ts.isExportDeclaration(statement)) return !statement.isTypeOnly
  if (!ts.isImportDeclaration(statement)) return false
  const clause = statement.importClause
  if (clause === undefined) return true
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return false
  const names = clause.namedBindings
  if (clause.name !== undefined || names === undefined || ts.isNamespaceImport(names)) return true
  return names.elements.some((element) => !element.isTypeOnly)
}

function add(map: Map<string, string[]>, key: string, value: string): void {
  const values = map.get(key)
  if (values === undefined) map.set(key, [value])
  else values.push(value)
}
