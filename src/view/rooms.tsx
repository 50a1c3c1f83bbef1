/** The front page: the rooms lately spoken in, and a form to enter one. */
import { Document } from './document.tsx'
import { Time } from './message.tsx'
import { roomAddress, type Site } from './site.ts'

export function RoomsPage({
  site,
  rooms,
}: {
  site: Site
  rooms: { room: string; spoken: number }[]
}) {
  return (
    <Document site={site} title="Chatbox">
      <header>
        <h1>Chatbox</h1>
      </header>
      <main>
        {rooms.length === 0 ? (
          <p>
            Nothing has been said yet. Begin in the <a href={roomAddress(site, 'lobby')}>lobby</a>.
          </p>
        ) : (
          <ul id="rooms" aria-label="Rooms lately spoken in">
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
            Enter a room{' '}
            <input
              name="room"
              required
              maxlength="64"
              autocapitalize="none"
              spellcheck="false"
              aria-describedby="room-hint"
            />
          </label>{' '}
          <button type="submit">Enter</button>
          <p id="room-hint">Letters a to z, digits and hyphens. A room exists once spoken in.</p>
        </form>
      </main>
    </Document>
  )
}
