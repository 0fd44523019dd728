// The commit-msg hook: the first word of a message is the folder that the change is about (CONTRIBUTING.md). Git hands it the message's file.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Beside the folders: the files at the root, and the tools that build, check and publish. */
const NOT_FOLDERS = ['build', 'readme']
const LONGEST = 120
/** What git itself writes. */
const GITS_OWN = /^(Merge |Revert |fixup! |squash! |amend! )/

const wrong = problemOf(readFileSync(process.argv[2], 'utf8'))
if (wrong !== null) {
  console.error(
    `${wrong}\nExample: \`db/money: the ledger refuses a transaction that does not sum to zero\` (CONTRIBUTING.md, "Commits")`,
  )
  process.exit(1)
}

function problemOf(message) {
  const [subject = '', second = ''] = message.split('\n').filter((line) => !line.startsWith('#'))
  if (GITS_OWN.test(subject)) return null
  const scopes = /^([\w./-]+(?:, [\w./-]+)*): \S/.exec(subject)?.[1]
  if (scopes === undefined) return 'a commit message begins with the folder that it is about, a colon and what changed'
  const unknown = scopes.split(', ').filter((scope) => !known(scope))
  if (unknown.length > 0)
    return `${unknown.join(', ')} is no folder here: a scope is one of ${roots().join(', ')}, or a folder in it`
  if (subject.length > LONGEST)
    return `the first line has ${subject.length} characters, more than ${LONGEST}: say the rest below an empty line`
  return second.trim() === '' ? null : 'the second line of a commit message is empty'
}

function known(scope) {
  return NOT_FOLDERS.includes(scope) || folders().has(scope)
}

function roots() {
  return [...new Set([...folders()].map((folder) => folder.split('/')[0])), ...NOT_FOLDERS].toSorted()
}

/** Folders with a file that git knows, this commit's new ones too. */
function folders() {
  const files = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8', maxBuffer: 100_000_000 }).split('\0')
  return new Set(
    files.flatMap((file) => {
      const parts = file.split('/').slice(0, -1)
      return parts.map((_, at) => parts.slice(0, at + 1).join('/'))
    }),
  )
}
