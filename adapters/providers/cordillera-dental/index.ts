import { defineProvider } from '../../contract.ts'
import { declaration } from './declaration.ts'
import { decode } from './decode.ts'
import { assemble, encode } from './encode.ts'

/** Cordillera Dental: CSV files over SFTP; claims out, results, decisions and remittances in. */
export const cordilleraDental = defineProvider({
  declaration,
  encode,
  assemble,
  readAnswer: () => ({ kind: 'unknown', because: 'SFTP gives no answers' }),
  decode,
})
