declare module 'hoodiecrow-imap' {
  import type { Server, Socket } from 'node:net'

  export interface HoodiecrowMessage {
    raw: string
    uid?: number
    flags?: string[]
  }
  export interface HoodiecrowFolder {
    messages?: HoodiecrowMessage[]
    uidvalidity?: number
    uidnext?: number
  }
  export interface HoodiecrowServer {
    server: Server
    connectionHandlers: ((connection: { socket: Socket }) => void)[]
    appendMessage(folder: string, flags: string[], internalDate: Date, raw: string): { message: HoodiecrowMessage }
    getMailbox(path: string): { messages: { raw: string; uid: number; flags: string[] }[] }
    listen(port: number, host: string, listening: () => void): void
    close(closed: () => void): void
  }
  export default function hoodiecrow(options: {
    plugins: string[]
    users: Record<string, { password: string }>
    storage: Record<string, HoodiecrowFolder | { folders: Record<string, HoodiecrowFolder>; separator: string }>
    secureConnection?: boolean
    credentials?: { key: string; cert: string }
  }): HoodiecrowServer
}
