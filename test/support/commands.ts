import { vi } from 'vitest'

/** What a command prints with `--json`. */
export async function said(command: () => Promise<void>) {
  return JSON.parse(await printed(command))
}

/** What a command prints. */
export async function printed(command: () => Promise<void>): Promise<string> {
  const words: string[] = []
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => words.push(String(text)) > 0)
  try {
    await command()
  } finally {
    write.mockRestore()
  }
  return words.join('')
}

/** The sentence that a command ends with; 'done' when it did not fail. */
export async function refused(command: () => Promise<void>): Promise<string> {
  try {
    await printed(command)
    return 'done'
  } catch (error) {
    return (error as Error).message
  }
}
