// `npm ci` in a checkout makes git use the hooks of this folder. It changes nothing in CI, without git, outside a checkout's root (an image, an unpacked
// archive), or where hooks are set up already; it never fails.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const HOOKS = '.githooks'

if (!process.env.CI && existsSync('.git') && configured() === '') {
  try {
    git('config', '--local', 'core.hooksPath', HOOKS)
  } catch {
    console.error(`the commit message hook is not installed; \`git config core.hooksPath ${HOOKS}\` does it`)
  }
}

/** Empty when nobody has said which hooks to use. */
function configured() {
  try {
    return git('config', 'core.hooksPath').trim()
  } catch {
    return ''
  }
}

function git(...args) {
  return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
}
