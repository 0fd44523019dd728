import ts from 'typescript'
import type { Defect } from './defect.ts'

/**
 * What stands in SQL and what a slip would make of it. The database's tables and their constraints
 * are not touched.
 */
const SLIPS: [RegExp, string][] = [
  [/ <> /g, ' = '],
  [/ < (?!now\(\))/g, ' <= '],
  [/ <= (?!now\(\))/g, ' < '],
  [/ > (?!now\(\))/g, ' >= '],
  [/ >= (?!now\(\))/g, ' > '],
  // The very microsecond of the database's clock is nothing that a test or a claim could meet.
  [/ <=? (?=now\(\))/g, ' > '],
  [/ >=? (?=now\(\))/g, ' < '],
  [/ is null\b/g, ' is not null'],
  [/ is not null\b/g, ' is null'],
  [/ not in \(/g, ' in ('],
  [/\bleast\(/g, 'greatest('],
  [/\bgreatest\(/g, 'least('],
  [/ \+ 1\b/g, ' + 2'],
  // A condition that stands on its own, taken away.
  [/ and (?:[a-z]+\.)?(?!organisation_id)[a-z_]+ (?:=|<>) '[A-Za-z_]+'(?!::)/g, ''],
  [/ and not [a-z]+\.[a-z_]+\b/g, ''],
]

/** Defects in the text of a `sql` template, never in what is filled in. */
export function sqlDefects(template: ts.TemplateLiteral): Pick<Defect, 'kind' | 'start' | 'end' | 'replacement'>[] {
  const parts = ts.isTemplateExpression(template)
    ? [template.head, ...template.templateSpans.map(({ literal }) => literal)]
    : [template]
  return parts.flatMap((part) => {
    const at = part.getStart()
    return SLIPS.flatMap(([pattern, slip]) =>
      [...part.getText().matchAll(pattern)].map((match) => ({
        kind: 'sql' as const,
        start: at + match.index,
        end: at + match.index + match[0].length,
        replacement: slip,
      })),
    )
  })
}
