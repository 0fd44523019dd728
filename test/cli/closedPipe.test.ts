import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { expect, it } from 'vitest'

const COMMAND = path.join(import.meta.dirname, '../../bin/claimhub.js')

it('a command whose reader has left (`| head`) ends as a closed pipe ends it, without a word', async () => {
  const child = spawn(process.execPath, [COMMAND, 'adapter', 'list'], { stdio: ['ignore', 'pipe', 'pipe'] })
  let words = ''
  child.stderr.on('data', (text: Buffer) => {
    words += text
  })
  child.stdout.destroy()
  const [code] = await once(child, 'close')
  expect(words).toBe('')
  expect(code).toBe(141)
})
