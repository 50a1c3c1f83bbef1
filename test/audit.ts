/**
 * `npm run check` ends with it: what the lock file promises of every package, which needs no network, and what is known
 * against them, which does. Where nobody can be asked, that is said, and no failure.
 */
import { join } from 'node:path'

type Locked = {
  version?: string
  resolved?: string
  integrity?: string
  dev?: boolean
  hasInstallScript?: boolean
}
type Manifest = {
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
  allowScripts: Record<string, boolean>
}
type Advisory = { severity: string; title: string; url: string; vulnerable_versions: string }

/** A registry that does not answer is not waited for any longer. */
const ASKING_MS = 20_000

const root = process.argv[2] ?? join(import.meta.dir, '..')
const manifest: Manifest = await Bun.file(join(root, 'package.json')).json()
const lock: { packages: Record<string, Locked> } = await Bun.file(
  join(root, 'package-lock.json'),
).json()
const packages = Object.entries(lock.packages)
  .filter(([path]) => path !== '')
  .map(([path, locked]) => ({ name: path.replace(/^.*node_modules\//, ''), ...locked }))

/** What is wrong with a package as it is locked. */
function faultsOf({ name, resolved, integrity, hasInstallScript }: (typeof packages)[0]): string[] {
  const faults = []
  if (!/^sha512-/.test(integrity ?? '')) faults.push('has no sha512 in the lock file')
  if (resolved && !resolved.startsWith('https://registry.npmjs.org/'))
    faults.push(`comes from ${resolved}`)
  if (hasInstallScript && !manifest.allowScripts[name])
    faults.push('runs a script where it is installed, and is none of allowScripts')
  return faults.map((fault) => `${name} ${fault}`)
}

function ranges(): string[] {
  const asked = { ...manifest.dependencies, ...manifest.devDependencies }
  return Object.entries(asked).flatMap(([name, version]) =>
    /^\d+\.\d+\.\d+$/.test(version) ? [] : [`${name} has no exact version, but ${version}`],
  )
}

/** What is known against the packages, by name; or why that cannot be told. */
function known(): Record<string, Advisory[]> | string {
  const { stdout, stderr } = Bun.spawnSync([process.execPath, 'audit', '--json'], {
    cwd: root,
    timeout: ASKING_MS,
  })
  try {
    return JSON.parse(stdout.toString())
  } catch {
    return /error: (.*)/.exec(stderr.toString())?.[1] ?? 'no answer'
  }
}

/** What comes with the program fails the check; what it is only made with does not, and is told. */
function told(advisories: Record<string, Advisory[]>) {
  const served = new Set(packages.filter(({ dev }) => !dev).map(({ name }) => name))
  const lines = Object.entries(advisories).flatMap(([name, all]) =>
    all.map(({ severity, title, url }) => ({
      isServed: served.has(name),
      line: `${name}: ${severity}, ${title} (${url})`,
    })),
  )
  return {
    faults: lines.flatMap(({ isServed, line }) => (isServed ? [line] : [])),
    notes: lines.flatMap(({ isServed, line }) =>
      isServed ? [] : [`${line}, in development only`],
    ),
  }
}

const faults = [...packages.flatMap(faultsOf), ...ranges()]
const found = known()
if (typeof found === 'string')
  console.log(`What is known against ${packages.length} packages was NOT looked up: ${found}`)
else {
  const { faults: more, notes } = told(found)
  faults.push(...more)
  for (const note of notes) console.log(note)
  if (more.length + notes.length === 0)
    console.log(`Nothing is known against ${packages.length} packages`)
}
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exit(1)
console.log(
  'Every package is locked by its sha512, and none but those of allowScripts runs a script',
)
