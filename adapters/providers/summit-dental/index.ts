import { defineProvider } from '../../contract.ts'
import { ask } from './ask276.ts'
import { declaration } from './declaration.ts'
import { decode } from './decode.ts'
import { assemble, encode } from './encode837.ts'

/** Summit Dental: 837D, 276 out; TA1, 999, 277CA, 277, 835 in. */
export const summitDental = defineProvider({
  declaration,
  encode,
  assemble,
  // A folder answers nothing: the transport knows whether a file is there, and everything else
  // comes as a file.
  readAnswer: () => ({ kind: 'unknown', because: 'SFTP gives no answers' }),
  decode,
  ask,
})
