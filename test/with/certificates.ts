/** Certificates of an authority of the tests' own. */
import { join } from 'node:path'
import { freshFolder } from './folder.ts'

/** The authority's file, and what a server needs to be `host`. */
export async function certify(...hosts: string[]) {
  const cwd = freshFolder()
  const openssl = async (...args: string[]) => {
    const made = Bun.spawn(['openssl', ...args], { cwd, stderr: 'pipe' })
    if ((await made.exited) !== 0) throw new Error(await new Response(made.stderr).text())
  }
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  const named = (host: string) => ['-subj', `/CN=${host}`, '-keyout', `${host}.key`]
  await openssl('req', '-x509', ...key, ...named('authority'), '-out', 'authority.pem')
  const from = ['-CA', 'authority.pem', '-CAkey', 'authority.key']
  for (const host of hosts)
    await openssl(
      ...['req', '-x509', ...from, ...key, ...named(host), '-out', `${host}.pem`],
      ...['-addext', `subjectAltName=DNS:${host}`],
    )
  return {
    authority: join(cwd, 'authority.pem'),
    tls: (host: string) => ({
      cert: Bun.file(join(cwd, `${host}.pem`)),
      key: Bun.file(join(cwd, `${host}.key`)),
    }),
  }
}
