/** A step that takes longer than this is named. */
const NAMED_AFTER_MS = 2_000
/** From then on it is named again this often. */
const TELL_EVERY_MS = 15_000

/**
 * Says what is going on when it takes longer than two seconds, and how long it took. `work` may
 * name what it is busy with: that line takes the place of the step's own.
 */
export async function progress<T>(
  say: (words: string) => void,
  words: string,
  work: (busyWith: (words: string) => void) => Promise<T>,
): Promise<T> {
  const started = Date.now()
  let current = words
  let reported = false
  const report = (line: string) => {
    say(line)
    reported = true
  }
  const seconds = () => Math.round((Date.now() - started) / 1000)
  const first = setTimeout(() => reported || report(`${current} …`), NAMED_AFTER_MS)
  const timer = setInterval(() => report(`${current}: ${seconds()} s`), TELL_EVERY_MS)
  try {
    return await work((line) => {
      current = line
      report(`${line} …`)
    })
  } finally {
    clearTimeout(first)
    clearInterval(timer)
    if (reported) say(`${words}: done after ${seconds()} s`)
  }
}
