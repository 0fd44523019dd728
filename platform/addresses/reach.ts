import { connect, isIP, type LookupFunction, type Socket } from 'node:net'

/**
 * The deployment does not connect there; its message is a sentence for people. Nothing was
 * contacted.
 */
export class AddressRefused extends Error {
  override name = 'AddressRefused'
}

/** No connection: the code of the system (ECONNREFUSED, ENOTFOUND, …), ETIMEDOUT, or ABORTED. */
export class NotReached extends Error {
  override name = 'NotReached'
  readonly code: string

  constructor(code: string, options?: ErrorOptions) {
    super(code, options)
    this.code = code
  }
}

/**
 * How long a connection may take: real milliseconds for resolving and connecting
 * together, and until called off.
 */
export interface Patience {
  timeoutMs: number
  signal?: AbortSignal
}

/**
 * Waits for work that can't be ended from outside. Throws NotReached when it fails, takes too long
 * or is called off.
 */
export function withPatience<T>(work: Promise<T>, { timeoutMs, signal }: Patience): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => end(() => reject(new NotReached('ETIMEDOUT'))), timeoutMs)
    const stop = () => end(() => reject(new NotReached('ABORTED')))
    const end = (settle: () => void) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
      settle()
    }
    signal?.addEventListener('abort', stop, { once: true })
    // Heard in any case: work that fails after it was called off must not end the process.
    work.then(
      (value) => end(() => resolve(value)),
      (error: unknown) => end(() => reject(notReached(error))),
    )
    if (signal?.aborted) stop()
  })
}

/** Connects to the first of these addresses that answers; no name is resolved here. */
export async function openSocket(addresses: string[], port: number, patience: Patience): Promise<Socket> {
  if (patience.signal?.aborted) throw new NotReached('ABORTED')
  const socket = connect({ port, noDelay: true, keepAlive: true, ...choice(addresses, patience.timeoutMs) })
  // Stays for the socket's life: an error without a listener would end the process.
  socket.on('error', () => undefined)
  try {
    await withPatience(connected(socket), patience)
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  }
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
}

/**
 * Of several, each gets its share of the time. The name is never asked for: the addresses are
 * given.
 */
function choice(addresses: string[], timeoutMs: number) {
  const [first = ''] = addresses
  if (addresses.length === 1) return { host: first }
  return {
    host: 'judged.invalid',
    lookup: given(addresses),
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: Math.max(10, Math.floor(timeoutMs / addresses.length)),
  }
}

function given(addresses: string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIP(address) }))
  return (_name, _options, callback) => process.nextTick(callback, null, all)
}

function notReached(error: unknown): NotReached {
  if (error instanceof NotReached) return error
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown'
  return new NotReached(code, { cause: error })
}

/**
 * Why there is no connection, as one sentence: from a closed list, never the text of what answered.
 * Throws what is no failure to connect.
 */
export function whyNot(error: unknown, { host, port }: { host: string; port: number }): string {
  if (error instanceof AddressRefused) return error.message
  if (!(error instanceof NotReached)) throw error
  if (error.code === 'ABORTED') return 'called off'
  if (error.code === 'ETIMEDOUT') return `${host}:${port} does not answer`
  return `${host}:${port}: ${error.code}`
}
