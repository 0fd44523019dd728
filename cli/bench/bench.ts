import { endToEnd } from './endToEnd.ts'

/**
 * `claimhub bench`: measures against a bare reference in the same run, interleaved. Says where it
 * stands; a missed target is not an error.
 */
export async function bench(metric: string, options: { json?: boolean; claims: string; pairs: string }): Promise<void> {
  const say = (words: string) => process.stderr.write(`${words}\n`)
  if (metric !== 'end-to-end') throw new Error(`there is no metric ${metric}; there is end-to-end`)
  const metrics = await endToEnd({ claims: Number(options.claims), pairs: Number(options.pairs), say })
  for (const each of metrics)
    say(`${each.pass ? '✓' : '✗'} ${each.id}: ${each.value} ${each.unit} (target ${each.limit})`)
  if (options.json) process.stdout.write(`${JSON.stringify({ ok: true, metrics })}\n`)
}
