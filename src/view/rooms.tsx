/** The front page: the rooms lately spoken in, and a form to enter one. */
import { Plain } from './document.tsx'
import { roomAddress, type Site } from './site.ts'
import { Time } from './time.tsx'
import type { Words } from './words/en.ts'

export function RoomsPage({
  site,
  words,
  rooms,
}: {
  site: Site
  words: Words
  rooms: { room: string; spoken: number }[]
}) {
  return (
    <Plain site={site} words={words} title="Chatbox">
      <header>
        <h1>Chatbox</h1>
      </header>
      <main class="page">
        <p safe>{words.about}</p>
        {rooms.length === 0 ? (
          <p>
            <span safe>{words.nothingSaidYet}</span>{' '}
            <a class="begin" href={roomAddress(site, 'lobby')}>
              lobby
            </a>
          </p>
        ) : (
          <ul id="rooms" aria-label={words.latelySpokenIn}>
            {rooms.map(({ room, spoken }) => (
              <li>
                <a href={roomAddress(site, room)} safe>
                  {room}
                </a>{' '}
                <Time id={spoken} />
              </li>
            ))}
          </ul>
        )}
        <form action={`${site.base}/rooms`}>
          <label>
            <span safe>{words.enterRoom}</span>{' '}
            <input
              name="room"
              required
              maxlength="64"
              autocapitalize="none"
              spellcheck="false"
              aria-describedby="room-hint"
            />
          </label>{' '}
          <button type="submit" safe>
            {words.enter}
          </button>
          <p id="room-hint" safe>
            {words.roomHint}
          </p>
        </form>
      </main>
    </Plain>
  )
}
