/** Load from wrk, and what it costs the server: CPU time a request, from `/proc`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { freshFolder } from '../with/folder.ts'

/** What is asked: an address, and for a post the file of a wrk script. */
export type Request = { url: string; headers?: Record<string, string>; script?: string }

/** Microseconds of the process's CPU time a request, requests answered in a second, and how many were in all. */
export type Measured = { micros: number; rate: number; count: number }

/** `USER_HZ`: Linux counts a process's CPU time in hundredths of a second, whatever its kernel's own tick. */
const TICK_MICROS = 10_000

const CONNECTIONS = 64

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

/** Asks for so many seconds over 64 connections. Throws where an answer was none of 2xx or 3xx. */
export async function load(
  pid: number,
  { url, headers = {}, script }: Request,
  seconds: number,
): Promise<Measured> {
  const before = cpuMicros(pid)
  const wrk = Bun.spawn(
    [
      ...['wrk', '--threads', '1', '--connections', `${CONNECTIONS}`, '--duration', `${seconds}s`],
      ...Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]),
      ...(script ? ['--script', script] : []),
      url,
    ],
    { stdout: 'pipe' },
  )
  const told = await new Response(wrk.stdout).text()
  const count = Number(/(\d+) requests in/.exec(told)?.[1])
  const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(told)?.[1])
  if (!(count > 0) || /Non-2xx|Socket errors/.test(told)) throw new Error(`${url}: ${told}`)
  return { micros: (cpuMicros(pid) - before) / count, rate, count }
}

/** A wrk script that says something else with each request, under a key of its own. */
export function postingScript(): string {
  const path = join(freshFolder(), 'post.lua')
  Bun.write(
    path,
    `local n = 0
     math.randomseed(os.time())
     local run = math.random(1e9)
     wrk.method = 'POST'
     wrk.headers['Content-Type'] = 'application/x-www-form-urlencoded'
     function request()
       n = n + 1
       local body = 'screenname=Ann&value=message+' .. n .. '&nonce=' .. run .. '-' .. n
       return wrk.format(nil, nil, nil, body)
     end`,
  )
  return path
}
