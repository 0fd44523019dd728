import { defineProvider } from '../../contract.ts'
import { declaration } from './declaration.ts'
import { decode } from './decode.ts'
import { assemble, encode } from './encode.ts'

/** Laguna Care: no channel at all but a portal and a person. */
export const lagunaCare = defineProvider({
  declaration,
  encode,
  assemble,
  readAnswer: () => ({ kind: 'unknown', because: 'nobody answers a packet' }),
  decode,
})
