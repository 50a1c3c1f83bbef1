/** The frame of every whole page. */
import type { Children } from '@kitajs/html'
import { roomAddress, type Site, type Theme } from './site.ts'
import type { Words } from './words/en.ts'

/** Errors swap nothing by themselves: a poller replaced by an error would poll no more. */
const HTMX = JSON.stringify({ noSwap: [204, 304, '4xx', '5xx'] })

type Page = {
  site: Site
  words: Words
  title: string
  /** Without it, the reader's own. */
  theme?: Theme
  head?: Children
  children: Children
}

/** A page that asks for nothing by itself. Our script only shows its times in the reader's own zone. */
export function Plain({ site, words, title, theme, head, children }: Page) {
  return (
    <>
      {'<!doctype html>'}
      <html lang={words.lang} dir={words.dir} data-theme={theme}>
        <head>
          <meta charset="utf-8" />
          <title safe>{title}</title>
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <link rel="icon" href={site.assets['icon.svg']} />
          <link rel="stylesheet" href={site.assets['chat.css']} />
          {head as 'safe'}
          <script src={site.assets['chat.js']} defer />
        </head>
        <body>{children as 'safe'}</body>
      </html>
    </>
  )
}

/** The header of a page beside a room, which leads back to it. */
export function BackToRoom({
  site,
  words,
  room,
  title,
}: {
  site: Site
  words: Words
  room: string
  title: string
}) {
  return (
    <header>
      <h1 safe>{title}</h1>
      <nav aria-label={words.rooms}>
        <a href={roomAddress(site, room)} safe>
          {words.backToRoom}
        </a>
      </nav>
    </header>
  )
}

/** For the head of a page in a frame: it asks for itself anew after so many seconds, and its links lead out. */
export function Rereading({ seconds }: { seconds: number }) {
  return (
    <>
      <meta http-equiv="refresh" content={String(seconds)} />
      <base target="_top" />
    </>
  )
}

/** For the head of a page on another site: its links lead out of it, and leave that site where it is. */
export const Outward = () => <base target="_blank" />

/** A page that htmx keeps up to date. */
export function Document({ head, ...page }: Page) {
  const { assets } = page.site
  return (
    <Plain
      {...page}
      head={
        <>
          <meta name="htmx-config" content={HTMX} />
          <script src={assets['htmx.min.js']} defer />
          {head as 'safe'}
        </>
      }
    />
  )
}
