import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import ts from 'typescript'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ACCOUNTS } from '../../domain/money/ledger.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'

const SCHEMA = fileURLToPath(new URL('../../db/schema/database.ts', import.meta.url))

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.close())

it('db/schema/database.ts says of every table and column what the database says', async () => {
  const { rows } = await sql<{ column: string }>`
    select table_name || '.' || column_name || case is_nullable when 'YES' then ' or null' else '' end as column
    from information_schema.columns where table_schema = 'public' and table_name not like 'kysely_%' order by 1`.execute(
    test.owner,
  )
  const real = rows.map((row) => row.column).sort()
  expect(real.length).toBeGreaterThan(200)
  expect(written()).toEqual(real)
})

it('the ledger admits the accounts of domain/money/ledger.ts and no others', async () => {
  const { rows } = await sql<{ definition: string }>`
    select pg_get_constraintdef(oid) as definition from pg_constraint
    where conname = 'ledger_entries_account_check'`.execute(test.owner)
  const admitted = [...(rows[0]?.definition ?? '').matchAll(/'(\w+)'::text/g)].map(([, account]) => account)
  expect(admitted.sort()).toEqual([...ACCOUNTS].sort())
})

/** Reads the types with the compiler: they leave no trace at run time. */
function written(): string[] {
  const program = ts.createProgram([SCHEMA], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    types: ['node'],
  })
  const checker = program.getTypeChecker()
  const file = program.getSourceFile(SCHEMA)
  const database = file?.statements.find(
    (each): each is ts.InterfaceDeclaration => ts.isInterfaceDeclaration(each) && each.name.text === 'Database',
  )
  if (!file || !database) throw new Error('db/schema/database.ts has no interface Database')
  const membersOf = (type: ts.Type) =>
    checker.getPropertiesOfType(type).map((member) => ({
      name: member.name,
      type: checker.getTypeOfSymbolAtLocation(member, file),
    }))
  return membersOf(checker.getTypeAtLocation(database))
    .flatMap((table) =>
      membersOf(table.type).map((column) => {
        const read = column.type.getProperty('__select__')
        const type = read ? checker.getTypeOfSymbolAtLocation(read, file) : column.type
        return `${table.name}.${column.name}${admitsNull(type) ? ' or null' : ''}`
      }),
    )
    .sort()
}

function admitsNull(type: ts.Type): boolean {
  return type.isUnion() ? type.types.some(admitsNull) : (type.flags & ts.TypeFlags.Null) !== 0
}
