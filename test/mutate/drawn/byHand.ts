import { readFileSync } from 'node:fs'
import path from 'node:path'
import { ROOT } from '../checkout.ts'
import type { Defect } from './defect.ts'

interface Known {
  rule: string
  /** What stands in exactly one file of the product; files and names around it may change. */
  stands: RegExp
  /** `$1` is what the first group of `stands` found. */
  becomes: string
}

/**
 * Defects that lived once, each a rule that money or a claim depends on. `npm run mutate` plants
 * all of them, whatever is drawn.
 */
export const KNOWN: Known[] = [
  {
    rule: 'a sender ends only what its own attempt holds',
    stands: /(?<=return )\[sql`i\.attempt = \$\{attempt\}`\]/,
    becomes: '[]',
  },
  {
    rule: 'an Idempotency-Key belongs to one method and address',
    stands: /\.update\(`\$\{req\.method\} \$\{req\.originalUrl\} `\)/,
    becomes: '',
  },
  {
    rule: 'an older decision does not overrule a newer one',
    stands: /(?<=decidedAt !== null && event\.at) < (?=state\.decidedAt)/,
    becomes: ' > ',
  },
  {
    rule: 'a reversal takes back neither more than was paid nor more than was explained',
    stands: / && (?=explained - opened <= 0)/,
    becomes: ' || ',
  },
  {
    rule: 'never more is settled of a line than is open on the claim',
    stands: /Math\.min\(open, total\(position, 'open'\)\)/,
    becomes: 'open',
  },
  {
    rule: 'an activity that breaks down leaves the sending unknown',
    stands: /(?<=function brokenDown[\s\S]{0,200}return )\{ kind: 'unknown', lookInMs, claim: null \}/,
    becomes: "{ kind: 'not_sent', retryInMs: lookInMs }",
  },
  {
    rule: 'notices of claims are numbered by their place in the document',
    stands: /(?<=fresh\.push\(\{ )sequence(?=, claimId, submissionId, event: target\.event)/,
    becomes: 'sequence: fresh.length',
  },
  {
    rule: 'notices of batches are numbered by their place in the document',
    stands: /next \+= batch\?\.size \?\? 1/,
    becomes: 'next = Math.max(next, ...fresh.map((each) => each.sequence + 1))',
  },
  {
    rule: 'one collector per mailbox',
    stands:
      /\s+\.where\(\(eb\) =>\s+eb\.or\(\[eb\('mailboxes\.lease_until', 'is', null\), eb\('mailboxes\.lease_until', '<', sql<Date>`now\(\)`\)\]\),?\s+\)/,
    becomes: '',
  },
  {
    rule: 'a collection that failed keeps its cursor',
    stands: /(?<=failing_because: failed\.because,\s+)lease_until: null,/,
    becomes: 'lease_until: null, cursor: null,',
  },
  {
    rule: 'a key is relied on until an hour before its window ends',
    stands: /(?<=keyWindowHours) - KEY_MARGIN_HOURS/,
    becomes: '',
  },
  {
    rule: 'nobody joins a batch at its very cut-off',
    stands: /(?<=current\.leavesAt) > (?=now)/,
    becomes: ' >= ',
  },
  {
    rule: 'what a line explains is its charge',
    stands: /(?<=charged: line\.paid) \+ sum\(line\.adjustments\.map\(\(each\) => each\.amount\)\)/,
    becomes: '',
  },
]

/**
 * Finds the place of each known defect; throws, naming the rule, when it stands nowhere or twice:
 * then the list above has to follow.
 */
export function defectsByHand(files: string[]): Defect[] {
  const texts = files.map((file) => ({ file, text: readFileSync(path.join(ROOT, file), 'utf8') }))
  return KNOWN.map(({ rule, stands, becomes }) => {
    const found = texts.flatMap(({ file, text }) =>
      [...text.matchAll(new RegExp(stands, 'g'))].map((match) => ({
        file,
        kind: 'by hand' as const,
        start: match.index,
        end: match.index + match[0].length,
        replacement: becomes.replace('$1', match[1] ?? ''),
      })),
    )
    const [only] = found
    if (only === undefined || found.length > 1)
      throw new Error(
        `the code of "${rule}" was found ${found.length} times instead of once; see test/mutate/drawn/byHand.ts`,
      )
    return only
  })
}
