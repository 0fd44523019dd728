/**
 * The processor time that some work takes, as a multiple of a fixed piece of work done beside it in
 * the same process: a slow or busy machine is slow at both. For bounds with a wide margin: what
 * runs away on a hostile input takes thousands of times as long.
 */
export async function costOf(work: () => unknown): Promise<number> {
  // Before and after: a machine that gets slower in the middle counts on both sides.
  const before = await cpuMsOf(yardstick)
  const cost = await cpuMsOf(work)
  return cost / Math.max(before, await cpuMsOf(yardstick))
}

/** Writing and reading some 4 MB of JSON: what our formats do all day. */
function yardstick(): void {
  const rows = Array.from({ length: 20_000 }, (_, row) => ({
    row,
    text: `${'x'.repeat(150)}${row}`,
    list: [row, 'a', null],
  }))
  if (JSON.parse(JSON.stringify(rows)).length !== rows.length) throw new Error('JSON is broken')
}

async function cpuMsOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return Math.max((user + system) / 1000, 1)
}
