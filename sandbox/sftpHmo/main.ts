import type { HttpHmoOptions } from '../httpHmo/main.ts'
export async function startSftpHmo(options: HttpHmoOptions) {
  return {
    port: options.port,
    connection: {
      endpoint: {
        host: '127.0.0.1',
        port: options.port,
        username: 'x',
        hostKeySha256: 'x'.repeat(43) + '=',
        inFolder: '/in',
        outFolder: '/out',
      },
      settings: {
        senderId: 'BRIGHT',
        receiverId: 'SUMMIT',
        payerId: 'SUMMIT1',
        submitterName: 'BRIGHT SMILE',
        contactPhone: '6325550110',
      },
      secrets: { password: 'x' },
    },
    stop: async () => {},
  }
}
