/** What people see when something could not be done. */
import { Composer, type Draft, Nonce } from './composer.tsx'
import { Document } from './document.tsx'
import { roomAddress, type Site } from './site.ts'

export function ErrorPage({ site, title, words }: { site: Site; title: string; words: string }) {
  return (
    <Document site={site} title={title}>
      <header>
        <h1 safe>{title}</h1>
      </header>
      <main>
        <p safe>{words}</p>
        <p>
          <a href={`${site.base}/`}>All rooms</a>
        </p>
      </main>
    </Document>
  )
}

/** A post that was refused: why, and what was written, to be mended and sent again. */
export function RefusedPage(refused: { site: Site; room: string; draft: Draft; words: string }) {
  const { site, room, draft, words } = refused
  return (
    <Document site={site} title="Not sent">
      <header>
        <h1 safe>{`Not sent to ${room}`}</h1>
      </header>
      <main>
        <Composer site={site} room={room} draft={draft} error={words} plain />
        <p>
          <a href={roomAddress(site, room)}>Back to the room</a>
        </p>
      </main>
    </Document>
  )
}

export function ErrorFragment({ words }: { words: string }) {
  return <p safe>{words}</p>
}

/** A refusal that comes with a fresh nonce for the composer on the page. */
export function FormUsedFragment({ words, nonce }: { words: string; nonce: string }) {
  return (
    <>
      <p safe>{words}</p>
      <hx-partial hx-target="#nonce" hx-swap="outerHTML">
        <Nonce nonce={nonce} />
      </hx-partial>
    </>
  )
}
