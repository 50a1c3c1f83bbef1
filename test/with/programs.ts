/** Programs of the system's own that tests and benchmarks use. */

/** Each program, and the Debian package that brings it. */
type Programs = Record<string, string>

/** Sees to it that they are there: installs them where it may, and ends the process in one line where it may not. */
export function ensurePrograms(programs: Programs): void {
  const missing = () =>
    Object.entries(programs)
      .filter(([program]) => !Bun.which(program))
      .map(([, debian]) => debian)
  if (missing().length > 0 && process.getuid?.() === 0 && Bun.which('apt-get')) install(missing())
  if (missing().length === 0) return
  console.error(`Programs are used that are not here: apt-get install ${missing().join(' ')}`)
  process.exit(1)
}

function install(packages: string[]) {
  const apt = (...args: string[]) =>
    Bun.spawnSync(['apt-get', '-qq', ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  console.log(`Installing ${packages.join(', ')} with apt-get`)
  apt('update')
  apt('install', '-y', '--no-install-recommends', ...packages)
}
