/** A room in a frame on another page, at home in a narrow column. */
import type { Children } from '@kitajs/html'
import { Alert } from './alert.tsx'
import { type Draft, SharedComposer } from './composer.tsx'
import { Document, Outward } from './document.tsx'
import { LiveLog, Present, type Pulse, type Room } from './log.tsx'
import { once } from './once.ts'
import { sharedPage } from './shared.ts'
import { embedAddress, roomAddress, type Theme } from './site.ts'

type Embedded = Room & {
  pulse: Pulse
  theme?: Theme
  /** Who may be told how high it is. */
  embedOrigins: string[]
  isForMembers?: boolean
}

/** With a composer. */
export function embedPage(embedded: Embedded & { draft: Draft; token: string }) {
  const { draft, token, ...shown } = embedded
  const { site, reader, page, theme, isForMembers } = shown
  const composer = { site, reader, room: page.room, theme, isForMembers }
  return sharedPage(shown, { ...draft, token }, `embed ${theme}`, '', () => (
    <Embedded {...shown}>
      <SharedComposer {...composer} isFramed />
    </Embedded>
  ))
}

/** Without one, the same for all who read one language: whoever is made to click in it does nothing by that. */
export function readonlyPage(shown: Embedded): string {
  const { page, pulse, reader, theme } = shown
  return once(page, `readonly ${theme} ${reader.words.lang}`, `${pulse.every} ${pulse.here}`, () =>
    String(
      <Embedded {...shown} isReadonly>
        <Alert words={reader.words} />
      </Embedded>,
    ),
  )
}

function Embedded(embedded: Embedded & { isReadonly?: boolean; children: Children }) {
  const { site, reader, page, pulse, theme, embedOrigins, isReadonly = false, children } = embedded
  const { room } = page
  const { words } = reader
  const head = (
    <>
      <Outward />
      <script src={site.assets['frame.js']} data-origins={embedOrigins.join(' ')} defer />
    </>
  )
  return (
    <Document site={site} words={words} title={room} theme={theme} head={head}>
      <header>
        {isReadonly ? (
          ''
        ) : (
          <a class="skip" href="#value" target="_self" safe>
            {words.skip}
          </a>
        )}
        <h1 class="room" safe>
          {room}
        </h1>
        <Present words={words} count={pulse.here} />
        <nav aria-label={words.rooms}>
          <a href={roomAddress(site, room)} safe>
            {words.newTab}
          </a>
        </nav>
      </header>
      <main>
        <LiveLog site={site} reader={reader} page={page} pulse={pulse} />
        <noscript>
          <nav class="strip" aria-label={words.refresh}>
            <a href={embedAddress(site, room, { isReadonly, theme })} target="_self" safe>
              {words.refresh}
            </a>
          </nav>
        </noscript>
        {children as 'safe'}
      </main>
    </Document>
  )
}
