/** A real HAProxy in front of several servers: each request goes to the next one that is ready, without stickiness. */
import { join } from 'node:path'
import { atEnd } from './end.ts'
import { freshFolder } from './folder.ts'
import { freePort } from './redis.ts'
import { eventually } from './tab.ts'

/** Answers its address, when it serves. */
export async function startBalancer(urls: string[]): Promise<string> {
  const port = await freePort()
  const path = join(freshFolder(), 'haproxy.cfg')
  const servers = urls.map(
    (url, i) => `server s${i} ${new URL(url).host} check inter 100ms fall 1 rise 1`,
  )
  const settings = `
    defaults
      mode http
      timeout connect 10s
      timeout client 30s
      timeout server 30s
      timeout check 10s
      option redispatch 1
    frontend front
      bind 127.0.0.1:${port}
      default_backend back
    backend back
      balance roundrobin
      option httpchk GET /readyz
      ${servers.join('\n      ')}
  `
  await Bun.write(path, settings.replace(/^ {4}/gm, '').replace(/ +$/, ''))
  const balancer = Bun.spawn(['haproxy', '-db', '-f', path], {
    stdio: ['ignore', 'ignore', 'ignore'],
  })
  atEnd(() => balancer.kill('SIGKILL'))
  const url = `http://127.0.0.1:${port}`
  await eventually(async () => {
    if (!(await fetch(`${url}/readyz`)).ok) throw new Error('no server is ready')
  })
  return url
}
