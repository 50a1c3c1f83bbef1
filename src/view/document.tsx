/** The frame of every whole page. */
import type { Children } from '@kitajs/html'
import type { Site } from './site.ts'

/** Errors swap nothing by themselves: a poller replaced by an error would poll no more. */
const HTMX = JSON.stringify({ noSwap: [204, 304, '4xx', '5xx'] })

export function Document({
  site,
  title,
  children,
}: {
  site: Site
  title: string
  children: Children
}) {
  return (
    <>
      {'<!doctype html>'}
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <title safe>{title}</title>
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <meta name="htmx-config" content={HTMX} />
          <link rel="icon" href={site.assets['icon.svg']} />
          <link rel="stylesheet" href={site.assets['chat.css']} />
          <script src={site.assets['htmx.min.js']} defer />
          <script src={site.assets['hx-upsert.min.js']} defer />
          <script src={site.assets['chat.js']} defer />
        </head>
        <body>{children as 'safe'}</body>
      </html>
    </>
  )
}
