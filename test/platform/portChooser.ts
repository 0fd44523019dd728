import { freePort } from '../../platform/ports.ts'

/**
 * Chooses as many ports as it is told, prints them, and owns them until its standard input ends.
 */
const ports = await Promise.all(Array.from({ length: Number(process.argv[2]) }, () => freePort()))
process.stdout.write(`${JSON.stringify(ports)}\n`)
process.stdin.resume()
