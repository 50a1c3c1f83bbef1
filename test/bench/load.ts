/** Load from wrk, and what it costs the server: CPU time a request, from `/proc`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freshFolder } from '../with/folder.ts'

/** What is asked: an address, and where that is not all of it, the file of a wrk script. */
export type Request = { url: string; headers?: Record<string, string>; script?: string }

/**
 * Microseconds of the process's CPU time a request, requests answered in a second, how many were in all, and how many
 * of them with news, NaN where the script does not count them.
 */
export type Measured = { micros: number; rate: number; count: number; news: number }

/** `USER_HZ`: Linux counts a process's CPU time in hundredths of a second, whatever its kernel's own tick. */
const TICK_MICROS = 10_000

const CONNECTIONS = 64
const TRIES = 3

/** CPU time that all threads of a process have used so far. */
export function cpuMicros(pid: number): number {
  // The second field is the program's name in brackets, which may hold spaces.
  const [, fields = ''] = /^.*\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
  const [user, system] = fields.split(' ').slice(11, 13).map(Number) as [number, number]
  return (user + system) * TICK_MICROS
}

/** Memory that a process has in RAM. */
export function residentBytes(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) * 1024
}

/**
 * Asks for so many seconds, or parts of one, over 64 connections. Throws where again and again an answer was none of 2xx or
 * 3xx.
 */
export async function load(
  pid: number,
  { url, headers = {}, script }: Request,
  seconds: number,
  tries = TRIES,
): Promise<Measured> {
  const before = cpuMicros(pid)
  const wrk = Bun.spawn(
    [
      ...['wrk', '--threads', '1', '--connections', `${CONNECTIONS}`, '--duration', '1h'],
      ...Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]),
      ...(script ? ['--script', script] : []),
      url,
    ],
    { stdout: 'pipe' },
  )
  // Then it tells what it measured; by itself it takes whole seconds only.
  setTimeout(() => wrk.kill('SIGINT'), seconds * 1000)
  const told = await new Response(wrk.stdout).text()
  const count = Number(/(\d+) requests in/.exec(told)?.[1])
  const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(told)?.[1])
  if (!(count > 0) || /Non-2xx|Socket errors/.test(told)) {
    // On a busy machine nothing may have come of it so soon, or Redis may have been late.
    if (tries > 1) return load(pid, { url, headers, script }, 2 * seconds, tries - 1)
    throw new Error(`${url}: ${told}`)
  }
  const news = Number(/with news: (\d+)/.exec(told)?.[1])
  return { micros: (cpuMicros(pid) - before) / count, rate, count, news }
}

function scriptOf(name: string, code: string): string {
  const path = join(freshFolder(), name)
  writeFileSync(path, code)
  return path
}

/**
 * A wrk script that polls as an open page does: at the address that the last answer with news gave to its poller, which
 * tells how many pages are counted. All connections are told the same.
 */
export const pollingScript = () =>
  scriptOf(
    'poll.lua',
    `local poll
     news = 0
     function setup(it)
       thread = it
     end
     function init()
       poll = wrk.format()
     end
     function request()
       return poll
     end
     function response(status, headers, body)
       if status == 204 then return end
       news = news + 1
       local address = string.match(body, 'hx%-get="([^"]+)"')
       poll = wrk.format(nil, (string.gsub(address, '&amp;', '&')))
     end
     function done()
       print('with news: ' .. thread:get('news'))
     end`,
  )

const pathsIn = (paths: string[]) =>
  `local paths, n = {}, 0
   for path in string.gmatch([[${paths.join('\n')}]], '[^\\n]+') do table.insert(paths, path) end`

/** A wrk script that asks for one path after another, again and again. */
export const roundScript = (paths: string[]) =>
  scriptOf(
    'round.lua',
    `${pathsIn(paths)}
     function request()
       n = n + 1
       return wrk.format(nil, paths[n % #paths + 1])
     end`,
  )

/** The same that says something else with each request, under a key of its own. */
export const postingScript = (paths: string[]) =>
  scriptOf(
    'post.lua',
    `${pathsIn(paths)}
     math.randomseed(os.time())
     local run = math.random(1e9)
     wrk.method = 'POST'
     wrk.headers['Content-Type'] = 'application/x-www-form-urlencoded'
     function request()
       n = n + 1
       local body = 'screenname=Ann&value=message+' .. n .. '&nonce=' .. run .. '-' .. n
       return wrk.format(nil, paths[n % #paths + 1], nil, body)
     end`,
  )
