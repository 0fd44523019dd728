import type { DecodeJob } from '../../../activities/inbox/decodeDocument.ts'
import type { Notice } from '../../../adapters/contract.ts'
import { serveIsolated } from '../../../platform/isolate/isolateChild.ts'

/**
 * The first line of a document is what its decoder does, or the notices that it says; what follows
 * is ballast.
 */
export type FirstLine = { act: 'abort' | 'loop' | 'throw' } | Notice[]

serveIsolated(({ message }: DecodeJob): Notice[] => {
  // Whole, as adapters read it.
  const text = Buffer.from(message.body).toString()
  const first = JSON.parse(text.slice(0, text.indexOf('\n'))) as FirstLine
  if (Array.isArray(first)) return first
  switch (first.act) {
    case 'abort':
      return process.abort()
    case 'loop':
      for (;;);
    case 'throw':
      throw new TypeError("member PF-1 O'Canary")
  }
})
