import { describe, expect, it } from 'vitest'
import type { NamedPerson } from '../../../domain/inbox/marks.ts'
import { compareNames } from '../../../domain/inbox/personNames.ts'

const compare = (said: NamedPerson, family: string, given: string) => compareNames(said, { family, given })

describe('two spellings of a name', () => {
  it.each<[NamedPerson, string, string]>([
    [{ family: 'FIELDCASE', given: 'NORA' }, 'Fieldcase', 'Nora'],
    [{ family: 'NORA', given: 'FIELDCASE' }, 'Fieldcase', 'Nora'],
    [{ family: 'OBRIEN', given: 'ZOE' }, "O'Brien", 'Zöe'],
    [{ family: "O'Brien Jr.", given: 'Zoe Maria' }, "O'Brien", 'Zöe'],
    [{ family: 'Field Case', given: 'N.' }, 'Fieldcase', 'Nora'],
    [{ family: 'DELACRUZ', given: 'JUAN' }, 'dela Cruz', 'Juan Miguel'],
    [{ family: 'SANTOS-CRUZ', given: 'MARIA' }, 'Cruz', 'Maria'],
    [{ family: 'FIELDC', given: 'NOR' }, 'Fieldcase', 'Nora'],
    [{ family: 'FEILDCASE', given: 'NORA' }, 'Fieldcase', 'Nora'],
    [{ family: 'SOERENSEN', given: 'AGE' }, 'Sørensen', 'Age'],
    [{ family: 'FIELDCASE' }, 'Fieldcase', 'Nora'],
    [{ name: 'Nora Fieldcase' }, 'Fieldcase', 'Nora'],
    [{ name: 'FIELDCASE, NORA M' }, 'Fieldcase', 'Nora'],
    [{ name: 'Fieldcase Nora' }, 'Fieldcase', 'Nora'],
  ])('%j is %s, %s', (said, family, given) => {
    expect(compare(said, family, given)).toBe('same')
  })

  it.each<[NamedPerson, string]>([
    [{ family: 'FIELDCASE', given: 'OSCAR' }, 'partly'],
    [{ family: 'SMITH', given: 'NORA' }, 'partly'],
    [{ family: 'SMITH', given: 'JOHN' }, 'other'],
    [{ family: 'SMITH' }, 'other'],
    [{ name: 'John Smith' }, 'other'],
    [{ name: 'Oscar Fieldcase' }, 'partly'],
    [{ family: 'FIELDCASE', given: 'DORA' }, 'partly'],
    [{ family: 'نورا', given: 'فيلدكيس' }, 'unsaid'],
    [{}, 'unsaid'],
  ])('%j is %s', (said, verdict) => {
    expect(compare(said, 'Fieldcase', 'Nora')).toBe(verdict)
  })
})
