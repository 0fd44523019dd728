import { type ApiOptions, reachApi } from './api.ts'

interface Checked {
  ok: boolean
  steps: { step: string; ok: boolean; detail: string }[]
}

/**
 * `claimhub provider check CONNECTION`: tries the connection step by step and says which one
 * failed; exit code 1 then. Nothing is sent.
 */
export async function check(connectionId: string, options: ApiOptions & { json?: boolean }): Promise<void> {
  const checked = await reachApi(options).post<Checked>(`/v1/connections/${encodeURIComponent(connectionId)}/check`)
  if (!checked.ok) process.exitCode = 1
  if (options.json) return void process.stdout.write(`${JSON.stringify(checked)}\n`)
  const width = Math.max(...checked.steps.map(({ step }) => step.length))
  for (const { step, ok, detail } of checked.steps)
    process.stdout.write(`${ok ? '✓' : '✗'} ${step.padEnd(width)}  ${detail}\n`)
  const failed = checked.steps.find(({ ok }) => !ok)
  process.stdout.write(failed ? `\nfailed at: ${failed.step}\n` : '\nthe connection works; nothing was sent\n')
}
