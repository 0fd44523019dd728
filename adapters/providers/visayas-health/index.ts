import { defineProvider } from '../../contract.ts'
import { assemble } from './assemble.ts'
import { declaration } from './declaration.ts'
import { decode } from './decode.ts'
import { encode } from './encode.ts'

/** Visayas Health: forms, papers and a list out; lists, bounces and people's mails in. */
export const visayasHealth = defineProvider({
  declaration,
  encode,
  assemble,
  // A mail server's 250 says that the server has the mail and nothing about the claim.
  readAnswer: () => ({ kind: 'unknown', because: 'mail gives no answers' }),
  decode,
})
