import path from 'node:path'
import ts from 'typescript'
import { ROOT } from '../checkout.ts'

/**
 * Answers whether a file of the checkout still type-checks with this text: a defect that the
 * compiler finds is not counted.
 */
export function typeChecker(): (file: string, text: string) => boolean {
  const { config } = ts.readConfigFile(path.join(ROOT, 'tsconfig.json'), ts.sys.readFile)
  const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT)
  const changed = new Map<string, { text: string; version: number }>()
  const host: ts.LanguageServiceHost = {
    getCompilationSettings: () => ({ ...options, incremental: false }),
    getScriptFileNames: () => fileNames,
    getScriptVersion: (name) => String(changed.get(name)?.version ?? 0),
    getScriptSnapshot: (name) => {
      const text = changed.get(name)?.text ?? ts.sys.readFile(name)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    getCurrentDirectory: () => ROOT,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: ts.sys.fileExists,
    readFile: ts.sys.readFile,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
  }
  const service = ts.createLanguageService(host)
  let version = 0
  const set = (name: string, text: string) => {
    version += 1
    changed.set(name, { text, version })
  }
  return (file, text) => {
    const name = path.join(ROOT, file)
    const before = ts.sys.readFile(name) ?? ''
    set(name, text)
    const wrong = service.getSyntacticDiagnostics(name).length + service.getSemanticDiagnostics(name).length
    set(name, before)
    return wrong === 0
  }
}
