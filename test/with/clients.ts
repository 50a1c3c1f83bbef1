/** A line of curl, done by curl itself and as a script in Python or JavaScript would do the same. */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { atEnd } from './end.ts'

/** What a line asks of curl, with those of its options that we write. */
type Asked = {
  method: string
  url: string
  headers: [name: string, value: string][]
  body?: string
  /** Files of cookies, to send and to keep. */
  sends?: string
  keeps?: string
}

type Around = { cwd: string; env?: Record<string, string> }

/** Done when what was told matches: what follows a room never ends by itself. */
const FOLLOWED = /tstone/
const follows = (line: string) => line.includes(' -N ')

/** As the shell reads the line. */
function askedIn(line: string, { cwd, env }: Around): Asked {
  const words = Bun.spawnSync(['sh', '-c', line.replace('curl', "printf '%s\\0'")], {
    ...{ cwd, env: { ...process.env, ...env } },
  })
  const left = words.stdout.toString().split('\0').slice(0, -1)
  const asked: Asked = { method: '', url: '', headers: [] }
  const data: string[] = []
  const next = () => left.shift() ?? ''
  while (left.length > 0) {
    const word = next()
    if (word === '-X') asked.method = next()
    else if (word === '-H') asked.headers.push(next().split(/: (.*)/, 2) as [string, string])
    else if (word === '-d' || word === '--data-binary') data.push(next())
    else if (word === '-b') asked.sends = next()
    else if (word === '-c') asked.keeps = next()
    else if (word.startsWith('http')) asked.url = word
    else if (word !== '-N') throw new Error(`no client but curl knows ${word}`)
  }
  if (data.length > 0) asked.body = data.join('&')
  asked.method ||= asked.body === undefined ? 'GET' : 'POST'
  const isTyped = asked.headers.some(([name]) => name.toLowerCase() === 'content-type')
  if (asked.body !== undefined && !isTyped)
    asked.headers.push(['Content-Type', 'application/x-www-form-urlencoded'])
  return asked
}

type Outcome = { told?: string; trouble?: string }

let python: ((asked: object) => Promise<Outcome>) | undefined

/** One for all lines, which it is asked one after another: it takes half a second to start. */
function startPython() {
  const program = spawn('python3', [join(import.meta.dir, 'client.py')])
  atEnd(() => program.kill())
  const outcomes = createInterface(program.stdout)[Symbol.asyncIterator]()
  return async (asked: object): Promise<Outcome> => {
    program.stdin.write(`${JSON.stringify(asked)}\n`)
    return JSON.parse((await outcomes.next()).value ?? '{}')
  }
}

/** Each answers with what it was told, and throws where that is no success. */
export const CLIENTS: Record<string, (line: string, around: Around) => Promise<string>> = {
  async curl(line, { cwd, env }) {
    const quiet = line.replace('curl', 'exec curl --fail --silent --show-error')
    const curl = Bun.spawn(['sh', '-c', quiet], { cwd, env: { ...process.env, ...env } })
    let told = ''
    for await (const part of curl.stdout) {
      told += Buffer.from(part)
      if (follows(line) && FOLLOWED.test(told)) curl.kill()
    }
    const code = await curl.exited
    if (code !== (follows(line) ? 143 : 0)) throw new Error(`curl ended with ${code}`)
    return told
  },

  async "Python's standard library"(line, around) {
    const { sends, keeps, ...asked } = askedIn(line, around)
    const jar = (name?: string) => name && join(around.cwd, name)
    const until = follows(line) ? FOLLOWED.source : undefined
    python ??= startPython()
    const { told, trouble } = await python({
      ...asked,
      sends: jar(sends),
      keeps: jar(keeps),
      until,
    })
    if (told === undefined) throw new Error(trouble)
    return told
  },

  async fetch(line, around) {
    const { url, headers, sends, keeps, ...init } = askedIn(line, around)
    const jar = (name: string) => join(around.cwd, name)
    if (sends && existsSync(jar(sends)))
      headers.push(['Cookie', readFileSync(jar(sends)).toString()])
    const ending = new AbortController()
    const answer = await fetch(url, { ...init, headers, signal: ending.signal })
    if (!answer.ok) throw new Error(`fetch was answered ${answer.status}`)
    if (keeps)
      writeFileSync(
        jar(keeps),
        answer.headers
          .getSetCookie()
          .map((cookie) => cookie.split(';')[0])
          .join('; '),
      )
    let told = ''
    for await (const part of answer.body ?? []) {
      told += Buffer.from(part)
      if (follows(line) && FOLLOWED.test(told)) break
    }
    ending.abort()
    return told
  },
}
