#!/usr/bin/env node
import { existsSync } from 'node:fs'

// A package holds JavaScript beside this file; a checkout holds TypeScript, which tsx reads as it is.
const compiled = existsSync(new URL('../cli/claimhub.js', import.meta.url))
const { main, more } = await (compiled ? fromPackage() : fromCheckout())
await main(process.argv, more)

/** With the commands of the kit where that package is installed too. */
async function fromPackage() {
  const { main } = await import('../cli/claimhub.js')
  return { main, more: hasKit() ? [(await import('@claimhub/kit/commands')).kitCommands] : [] }
}

/** The workspace of a checkout has that name too, and nothing compiled in it. */
function hasKit() {
  try {
    return existsSync(new URL(import.meta.resolve('@claimhub/kit/commands')))
  } catch {
    return false
  }
}

async function fromCheckout() {
  const { register } = await import('tsx/esm/api')
  register()
  const { main } = await import('../cli/claimhub.ts')
  const { kitCommands } = await import('../cli/commands/kit.ts')
  const { checkoutCommands } = await import('../cli/commands/checkout.ts')
  return { main, more: [kitCommands, checkoutCommands] }
}
