import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { cacheFolder } from '../../platform/paths.ts'

const HERE = import.meta.dirname
const HAPI = '8.4.0'
const MODULES = ['validation', 'structures-r4', 'validation-resources-r4', 'caching-caffeine']
const PACKAGES = ['pyx12==4.0.0', 'lxml==6.1.3', 'openpyxl==3.1.5']
const INSTALL = 'npm run readers -- --install'

const folder = (...names: string[]) => cacheFolder(process.env, 'readers', ...names)
const python = () => folder('py', 'bin', 'python')
const jars = () => folder('hapi')

/** One document as another program has read it. */
export interface Reading {
  file: string
  /** What the program finds wrong with it. */
  errors: string[]
  values: Record<string, string>
}

/**
 * Gets the readers from the registries of Java and Python; the documents are read without a net.
 */
export function install(): void {
  mkdirSync(folder(), { recursive: true })
  const pom = folder('pom.xml')
  const dependencies = MODULES.map(
    (name) =>
      `<dependency><groupId>ca.uhn.hapi.fhir</groupId><artifactId>hapi-fhir-${name}</artifactId><version>${HAPI}</version></dependency>`,
  )
  writeFileSync(
    pom,
    `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>claimhub</groupId><artifactId>readers</artifactId><version>1</version><dependencies>${dependencies.join('')}</dependencies></project>`,
  )
  run('mvn', ['-q', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${jars()}`])
  if (!existsSync(python())) run('python3', ['-m', 'venv', folder('py')])
  run(python(), ['-m', 'pip', 'install', '-q', ...PACKAGES])
}

/** Throws with the command that brings what is missing. */
export function demandPrograms(): void {
  const needs: [name: string, found: boolean, remedy: string][] = [
    ['Java 17', works('java', ['-version']), 'apt-get install openjdk-17-jdk-headless'],
    ['HAPI', existsSync(jars()) && readdirSync(jars()).length > 0, INSTALL],
    ['Python with pyx12, lxml and openpyxl', works(python(), ['-c', 'import pyx12, lxml, openpyxl']), INSTALL],
    ['pdftotext', works('pdftotext', ['-v']), 'apt-get install poppler-utils'],
  ]
  const missing = needs.filter(([, found]) => !found).map(([name, , remedy]) => `${name} is missing: ${remedy}`)
  if (missing.length > 0) throw new Error(missing.join('\n'))
}

/** HAPI's validator and model on the files that `list` names, one a line. */
export function readFhir(list: string): Reading[] {
  return readings('java', ['-cp', `${jars()}/*`, path.join(HERE, 'FhirReader.java'), list])
}

export type PythonFormat = 'x12' | 'xml' | 'csv' | 'mail' | 'pdf'

/** `schema`: the XSD's file, for XML. */
export function readWithPython(format: PythonFormat, list: string, schema: string | null): Reading[] {
  return readings(python(), [path.join(HERE, 'read.py'), format, list, ...(schema === null ? [] : [schema])])
}

function readings(command: string, args: string[]): Reading[] {
  const { stdout, stderr, status } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2_000_000_000 })
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr.slice(-2_000)}`)
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Reading)
}

function works(command: string, args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}

function run(command: string, args: string[]): void {
  execFileSync(command, args, { stdio: 'inherit' })
}
