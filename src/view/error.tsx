/** What people see when something could not be done. */
import { Told } from './alert.tsx'
import { Composer, type Draft, type Frame, Nonce } from './composer.tsx'
import { Outward, Plain, Rereading } from './document.tsx'
import type { Reader } from './reader.ts'
import { embedAddress, roomAddress, type Site } from './site.ts'
import type { Words } from './words/en.ts'

type Failed = {
  site: Site
  words: Words
  told: string
  /** Where it happened in a room. */
  room?: string
  /** The seconds after which it tries again by itself, where its address asks for that. */
  refresh?: number
  /** It stands in a frame on another site. */
  isEmbedded?: boolean
}

export function ErrorPage({ site, words, told, room, refresh, isEmbedded }: Failed) {
  const head = (refresh && <Rereading seconds={refresh} />) || (isEmbedded && <Outward />)
  return (
    <Plain site={site} words={words} title={words.failed} head={head}>
      <header>
        <h1 safe>{words.failed}</h1>
      </header>
      <main class="page">
        <p safe>{told}</p>
        {refresh && <p safe>{words.triesAgain(refresh)}</p>}
        <nav aria-label={words.rooms}>
          {room ? (
            <a href={roomAddress(site, room, refresh)} safe>
              {words.backToRoom}
            </a>
          ) : (
            ''
          )}{' '}
          <a href={`${site.base}/`} safe>
            {words.allRooms}
          </a>
        </nav>
      </main>
    </Plain>
  )
}

type Refused = {
  site: Site
  reader: Reader
  room: string
  draft: Draft
  told: string
  refresh?: number
  frame?: Frame
}

/** A post that was refused: why, and what was written, to be mended and sent again. */
export function RefusedPage(refused: Refused) {
  const { site, reader, room, refresh, frame } = refused
  const back = frame ? embedAddress(site, room, frame) : roomAddress(site, room, refresh)
  const title = reader.words.notSentTo(room)
  return (
    <Plain site={site} words={reader.words} title={title}>
      <header>
        <h1 safe>{title}</h1>
      </header>
      <main class="page">
        <Composer {...refused} plain />
        <p>
          <a href={back} target={frame && '_self'} safe>
            {reader.words.backToRoom}
          </a>
        </p>
      </main>
    </Plain>
  )
}

/** A refusal that comes with a fresh nonce for the composer on the page. */
export function FormUsedFragment({ told, nonce }: { told: string; nonce: string }) {
  return (
    <>
      <Told told={told} />
      <hx-partial hx-target="#nonce" hx-swap="outerHTML">
        <Nonce nonce={nonce} />
      </hx-partial>
    </>
  )
}
