/** Says what is going on when it takes longer than two seconds, and how long it took. */
export async function progress<T>(say: (words: string) => void, words: string, work: () => Promise<T>): Promise<T> {
  const started = Date.now()
  let told = false
  const seconds = () => Math.round((Date.now() - started) / 1000)
  const timer = setInterval(() => {
    say(told ? `${words}: ${seconds()} s` : `${words} …`)
    told = true
  }, 2_000)
  try {
    return await work()
  } finally {
    clearInterval(timer)
    if (told) say(`${words}: done after ${seconds()} s`)
  }
}
