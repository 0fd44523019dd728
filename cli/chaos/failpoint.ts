/**
 * Named places between two durable effects: `after_send:sftp:3` ends this process with SIGKILL at
 * the third passage of `after_send:sftp` (without a number: the first). Only this folder's programs
 * install it.
 */
export function failpointsFrom(setting: string | undefined): (place: string) => void {
  if (!setting) return () => undefined
  const [, place = setting, count = '1'] = /^(.*?)(?::(\d+))?$/.exec(setting) ?? []
  let left = Number(count)
  return (passed) => {
    if (passed !== place) return
    left -= 1
    if (left === 0) process.kill(process.pid, 'SIGKILL')
  }
}
