import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { knownHoles } from '../../packaging/knownHoles.ts'

const ROOT = path.join(import.meta.dirname, '../..')

/** A registry with these advisories by package; null: it keeps none. */
async function askedOf(advisories: Record<string, unknown> | null) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (bytes: Buffer) => chunks.push(bytes))
    request.on('end', () => {
      if (advisories === null || !request.url?.endsWith('/advisories/bulk')) return response.writeHead(405).end('{}')
      const body = Buffer.concat(chunks)
      const packages = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
      asked.push(...Object.keys(JSON.parse(packages.toString())))
      return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(advisories))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const found = await knownHoles(ROOT, [`--registry=${registry}`, '--fetch-retries=0'])
  await new Promise((resolve) => server.close(resolve))
  return { found, asked }
}

function advisory(severity: string, versions: string) {
  return [
    {
      id: 1,
      url: 'https://advisories.example/1',
      title: 'reads what it must not',
      severity,
      vulnerable_versions: versions,
      cwe: [],
      cvss: { score: 9, vectorString: null },
    },
  ]
}

it('H17 a known hole in a package that we ship is named by the build', async () => {
  const { found, asked } = await askedOf({ mailparser: advisory('high', '<=999') })
  expect(asked).toEqual(expect.arrayContaining(['mailparser', 'pg', 'libxml2-wasm']))
  expect(asked).not.toContain('vitest')
  expect(found).toEqual({
    kind: 'holes',
    holes: ['mailparser (high): reads what it must not, https://advisories.example/1'],
  })
  expect(readFileSync(path.join(ROOT, 'packaging/build.ts'), 'utf8')).toContain('knownHoles(ROOT)')
})

it('H17 a small one, and one of another version, stop nothing; a registry without advisories is said', async () => {
  expect((await askedOf({ pg: advisory('low', '<=999'), zod: advisory('critical', '<1') })).found).toEqual({
    kind: 'none',
  })
  expect((await askedOf(null)).found).toMatchObject({ kind: 'not-asked', because: expect.stringContaining('405') })
})
