/** Servers of other sites, which include a room in a page of theirs. Each answers where its page is. */
import { join } from 'node:path'
import { atEnd } from './end.ts'
import { freshFolder } from './folder.ts'
import { freePort } from './redis.ts'
import { eventually } from './tab.ts'

/** Starts a server for the files in a folder, and waits until it answers. */
async function started(
  files: Record<string, string>,
  commandFor: (port: number, folder: string) => string[],
): Promise<string> {
  const [folder, port] = [freshFolder(), await freePort()]
  for (const [name, text] of Object.entries(files))
    await Bun.write(
      join(folder, name),
      text.replaceAll('FOLDER', folder).replaceAll('PORT', `${port}`),
    )
  const server = Bun.spawn(commandFor(port, folder), {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'ignore'],
  })
  atEnd(() => server.kill())
  const url = `http://localhost:${port}/`
  await eventually(async () => void (await fetch(url)))
  return url
}

/** `locations`: what stands in nginx's `server` block; the page is one with SSI. */
export function openNginx(locations: string, page: string): Promise<string> {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path FOLDER/${kind};`)
    .join(' ')
  const conf = `daemon off; ${process.getuid?.() === 0 ? 'user root;' : ''} pid FOLDER/pid; error_log FOLDER/log;
    events {}
    http {
      access_log off; ${paths}
      types { text/html html; }
      server { listen 127.0.0.1:PORT; root FOLDER/pages; ssi on; ${locations} }
    }`
  return started({ 'pages/index.html': page, 'nginx.conf': conf }, (_, folder) => [
    ...['nginx', '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'log')],
  ])
}

export const openPhp = (page: string): Promise<string> =>
  started({ 'index.php': page }, (port) => ['php', '-S', `localhost:${port}`])

/** `view`: a function `page` that renders `page.html`. */
export const openDjango = (view: string): Promise<string> =>
  started(
    {
      'site_of_another.py': `
ROOT_URLCONF = 'urls'
ALLOWED_HOSTS = ['*']
SECRET_KEY = 'x'
TEMPLATES = [{'BACKEND': 'django.template.backends.django.DjangoTemplates', 'DIRS': ['FOLDER']}]`,
      'urls.py': `
from django.shortcuts import render
from django.urls import path
${view}
urlpatterns = [path('', page)]`,
      'page.html': '<!doctype html><title>News</title>{{ messages|safe }}',
    },
    (port) => [
      ...['django-admin', 'runserver', '--noreload', '--pythonpath=.'],
      ...['--settings=site_of_another', `localhost:${port}`],
    ],
  )
