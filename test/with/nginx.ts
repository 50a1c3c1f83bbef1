/** An nginx that serves the pages of a folder and includes in them what they name (SSI). */
import { join } from 'node:path'
import { atEnd } from './end.ts'
import { freshFolder } from './folder.ts'
import { freePort } from './redis.ts'
import { eventually } from './tab.ts'

/** `locations`: what stands in its `server` block. Answers where its page is. */
export async function openNginx(locations: string, page: string): Promise<string> {
  const folder = freshFolder()
  const port = await freePort()
  await Bun.write(join(folder, 'pages/index.html'), page)
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  )
  await Bun.write(
    join(folder, 'nginx.conf'),
    `daemon off; ${process.getuid?.() === 0 ? 'user root;' : ''} pid ${folder}/pid; error_log ${folder}/log;
    events {}
    http {
      access_log off; ${paths.join(' ')}
      types { text/html html; }
      server { listen 127.0.0.1:${port}; root ${folder}/pages; ssi on; ${locations} }
    }`,
  )
  const nginx = Bun.spawn(['nginx', '-c', join(folder, 'nginx.conf'), '-e', `${folder}/log`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  atEnd(() => nginx.kill())
  const url = `http://localhost:${port}/`
  await eventually(async () => void (await fetch(url)))
  return url
}
