import { serveIsolated } from '../../platform/isolate/isolateChild.ts'

/** What a document may do to the process that reads it. */
export type Hostile =
  | { act: 'answer' | 'throw' | 'abort' | 'exit' | 'loop' | 'heap' | 'buffers' | 'print' | 'environment' | 'pid' }
  | { act: 'say'; bytes: number }

class OddError extends Error {}

serveIsolated((job: Hostile): unknown => {
  switch (job.act) {
    case 'answer':
      return { bytes: new Uint8Array([1, 2]), at: new Date(0), nested: [{ text: "O'Brien" }] }
    case 'throw':
      throw new OddError("member PF-1 O'Brien")
    case 'abort':
      return process.abort()
    case 'exit':
      return process.exit(0)
    case 'loop':
      for (;;);
    case 'heap':
      return hoard(() => new Array(100_000).fill({}))
    case 'buffers':
      return hoard(() => Buffer.alloc(10_000_000, 1))
    case 'print':
      console.log("O'Brien")
      console.error("O'Brien")
      return null
    case 'environment':
      return Object.keys(process.env).sort()
    case 'pid':
      return process.pid
    case 'say':
      return 'x'.repeat(job.bytes)
  }
})

function hoard(piece: () => unknown): never {
  const kept = []
  for (;;) kept.push(piece())
}
