import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecure } from 'node:https'
import { type AddressInfo, createServer as createTcp, type Socket } from 'node:net'

export interface TestServer {
  port: number
  close(): Promise<void>
}

/** A real HTTP server (HTTPS with a key) on 127.0.0.1 with one handler. */
export function httpServer(handler: RequestListener, tls?: { key: string; cert: string }): Promise<TestServer> {
  const server = tls ? createSecure(tls, handler) : createServer(handler)
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        close: () => {
          server.closeAllConnections()
          return new Promise((closed) => server.close(() => closed()))
        },
      }),
    )
  })
}

/** A server below HTTP: what it does to a connection is up to the test. */
export function tcpServer(onSocket: (socket: Socket) => void): Promise<TestServer> {
  const sockets = new Set<Socket>()
  const server = createTcp((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    onSocket(socket)
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        close: () => {
          for (const socket of sockets) socket.destroy()
          return new Promise((closed) => server.close(() => closed()))
        },
      }),
    )
  })
}
