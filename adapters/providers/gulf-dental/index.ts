import { defineProvider } from '../../contract.ts'
import { fetch, list, read } from './collect.ts'
import { declaration } from './declaration.ts'
import { ask, decode } from './decode.ts'
import { assemble, encode } from './encode.ts'
import { setDownloaded } from './postOffice.ts'
import { readAnswer } from './readAnswer.ts'

/**
 * Gulf Dental: Claim.Submission out, Remittance.Advice and Prior.Authorization in, through a
 * national post office.
 */
export const gulfDental = defineProvider({
  declaration,
  encode,
  assemble,
  readAnswer,
  decode,
  ask,
  collect: { list, read, fetch, confirm: setDownloaded },
})
