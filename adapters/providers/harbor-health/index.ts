import { defineProvider } from '../../contract.ts'
import { list, read } from './collect.ts'
import { declaration } from './declaration.ts'
import { decode } from './decode.ts'
import { ask, assemble, encode } from './encode.ts'
import { readAnswer } from './readAnswer.ts'

/** Harbor Health: an HMO that speaks FHIR R4 over HTTP. */
export const harborHealth = defineProvider({
  declaration,
  encode,
  assemble,
  readAnswer,
  decode,
  ask,
  collect: { list, read },
  push: { signature: 'standard-webhooks' },
})
