/** The pages of a room: at its newest message, in its past, and reading themselves without a script. */
import { Alert } from './alert.tsx'
import { Composer, type Draft, MembersAlone, SharedComposer } from './composer.tsx'
import { Document, Plain, Rereading } from './document.tsx'
import { Empty, LiveLog, Log, Present, type Pulse, type Room } from './log.tsx'
import { once } from './once.ts'
import type { Reader } from './reader.ts'
import { Pinned } from './rules.tsx'
import { sharedPage } from './shared.ts'
import {
  messagesAddress,
  moderationAddress,
  oembedAddress,
  roomAddress,
  type Site,
  shareAddress,
} from './site.ts'
import type { Words } from './words/en.ts'

/** The seconds after which the log in a frame may read itself anew. */
const REFRESHES = [15, 30, 60]

/** The whole page, at the room's newest message: it polls and takes messages. */
export const roomPage = ({ draft, ...shown }: WholeRoom & { draft: Draft }) =>
  sharedPage(
    shown,
    draft,
    shown.reader.isModerator ? 'page moderated' : 'page',
    shown.whole.base,
    () => <SharedPage {...shown} />,
  )

/** The same for all who read one language, where only members speak, who are known in a frame alone. */
export const membersPage = (shown: WholeRoom) =>
  once(
    shown.page,
    `members ${shown.reader.isModerator} ${shown.reader.words.lang}`,
    `${shown.pulse.every} ${shown.pulse.here} ${shown.whole.base}`,
    () => String(<SharedPage {...shown} isForMembers />),
  )

/** `whole`: the site with whole addresses. */
type WholeRoom = Room & { pulse: Pulse; whole: Site }

function SharedPage(shown: WholeRoom & { isForMembers?: boolean }) {
  const { site, reader, page, pulse, whole, isForMembers = false } = shown
  const { room } = page
  const { words } = reader
  const head = (
    <>
      <Feed site={site} room={room} />
      <Oembed site={whole} room={room} />
    </>
  )
  return (
    <Document site={site} words={words} title={room} head={head}>
      <Head site={site} reader={reader} room={room} here={pulse.here} skip={!isForMembers} />
      <main>
        <LiveLog site={site} reader={reader} page={page} pulse={pulse} />
        <noscript>
          <Refreshing site={site} words={words} room={room} />
        </noscript>
        {isForMembers ? (
          <>
            <MembersAlone words={words} />
            <Alert words={words} />
          </>
        ) : (
          <SharedComposer site={site} reader={reader} room={room} />
        )}
      </main>
    </Document>
  )
}

/** By which feed readers find the room's feed. */
const Feed = ({ site, room }: { site: Site; room: string }) => (
  <link
    rel="alternate"
    type="application/atom+xml"
    title={room}
    href={messagesAddress(site, room, '.atom')}
  />
)

/** By which a site where the room's address is pasted finds what to show for it. */
const Oembed = ({ site, room }: { site: Site; room: string }) => (
  <link
    rel="alternate"
    type="application/json+oembed"
    href={oembedAddress(site, room)}
    title={room}
  />
)

/** A stretch of the room that lies behind its newest message. */
export function PastPage({ site, reader, page }: Room) {
  const { words } = reader
  const address = messagesAddress(site, page.room)
  return (
    <Document site={site} words={words} title={page.room}>
      <Head site={site} reader={reader} room={page.room} />
      <main>
        <Log site={site} reader={reader} page={page} />
        <Alert words={words} />
        <nav class="strip" aria-label={words.pages}>
          <a href={`${address}?after=${page.cursor}#chatbox`} safe>
            {words.newer}
          </a>{' '}
          <a href={roomAddress(site, page.room)} safe>
            {words.newest}
          </a>
        </nav>
      </main>
    </Document>
  )
}

/** The page without a script that reads itself: the log in a frame of its own, the composer outside it. */
export function LivePage(live: {
  site: Site
  reader: Reader
  room: string
  draft: Draft
  refresh: number
  isForMembers: boolean
}) {
  const { site, reader, room, refresh, isForMembers } = live
  const { words } = reader
  return (
    <Plain site={site} words={words} title={room}>
      <Head site={site} reader={reader} room={room} skip={!isForMembers} />
      <main>
        <iframe
          class="log"
          title={words.messages}
          src={`${messagesAddress(site, room)}?refresh=${refresh}`}
        />
        <Refreshing site={site} words={words} room={room} refresh={refresh} />
        {isForMembers ? <MembersAlone words={words} /> : <Composer {...live} />}
      </main>
    </Plain>
  )
}

/** What stands in that frame. Its links lead out of it. */
export function FramedLog({ site, reader, page, refresh }: Room & { refresh: number }) {
  const head = <Rereading seconds={refresh} />
  return (
    <Plain site={site} words={reader.words} title={page.room} head={head}>
      <main aria-label={reader.words.messages}>
        <Pinned reader={reader} rules={page.rules} />
        <Log site={site} reader={reader} page={page} />
        <Empty words={reader.words} page={page} />
      </main>
    </Plain>
  )
}

function Head(head: { site: Site; reader: Reader; room: string; here?: number; skip?: boolean }) {
  const { site, reader, room, here, skip } = head
  const { words, isModerator } = reader
  return (
    <header>
      {skip ? (
        <a class="skip" href="#value" safe>
          {words.skip}
        </a>
      ) : (
        ''
      )}
      <h1 class="room" safe>
        {room}
      </h1>
      {here === undefined ? '' : <Present words={words} count={here} />}
      <nav aria-label={words.rooms}>
        {isModerator ? (
          <>
            <a href={moderationAddress(site, room)} safe>
              {words.moderation.link}
            </a>{' '}
          </>
        ) : (
          ''
        )}
        {here === undefined ? (
          ''
        ) : (
          <>
            <a href={shareAddress(site, room)} safe>
              {words.share}
            </a>{' '}
          </>
        )}
        <a href={`${site.base}/`} safe>
          {words.allRooms}
        </a>
      </nav>
    </header>
  )
}

function Refreshing(live: { site: Site; words: Words; room: string; refresh?: number }) {
  const { site, words, room, refresh } = live
  return (
    <nav class="strip" aria-label={words.liveReading}>
      <a href={roomAddress(site, room, refresh)} safe>
        {words.refresh}
      </a>{' '}
      <span>
        {`${words.liveReading}: ` as 'safe'}
        {[0, ...REFRESHES].map((seconds) => (
          <>
            <a
              href={roomAddress(site, room, seconds)}
              aria-current={seconds === (refresh ?? 0) ? 'true' : undefined}
              title={seconds ? words.everySeconds(seconds) : undefined}
              safe
            >
              {seconds ? words.seconds(seconds) : words.off}
            </a>{' '}
          </>
        ))}
      </span>
    </nav>
  )
}
