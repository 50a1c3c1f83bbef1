/** What moderators see: the page of a room's moderation, what they do with a message, and where they sign in. */
import { type Id, type Message, markOf } from '../chat/message.ts'
import { type Moderation, SLOWEST_SECONDS } from '../chat/moderating.ts'
import { FOR_GOOD, type Mute, NO_RULES, type Recorded, type Rules } from '../chat/moderation.ts'
import { Told } from './alert.tsx'
import { BackToRoom, Plain } from './document.tsx'
import { messageAddress, moderationAddress, roomAddress, type Site, signInAddress } from './site.ts'
import { Time } from './time.tsx'
import type { Words } from './words/en.ts'

type Place = { site: Site; words: Words; room: string }

/** By which a form shows that it is ours, to whom it was given. */
type Ours = { nonce: string }

const Proof = ({ nonce }: Ours) => <input type="hidden" name="nonce" value={nonce} />

/** `mark`: of the moderator who looks. */
export function ModerationPage(moderated: Place & Ours & { mark: string; moderation: Moderation }) {
  const { site, words, room, mark, nonce, moderation } = moderated
  const { rules = NO_RULES, mutes, records, older } = moderation
  const title = words.moderation.of(room)
  return (
    <Plain site={site} words={words} title={title}>
      <BackToRoom site={site} words={words} room={room} title={title} />
      <main class="page moderation">
        <RulesForm site={site} words={words} room={room} nonce={nonce} rules={rules} />
        <section>
          <h2 safe>{words.moderation.muted}</h2>
          {mutes.length === 0 ? (
            <p safe>{words.moderation.nobodyMuted}</p>
          ) : (
            <ul>
              {mutes.map((mute) => (
                <Muted site={site} words={words} room={room} nonce={nonce} mute={mute} />
              ))}
            </ul>
          )}
        </section>
        <section>
          <h2 safe>{words.moderation.clear}</h2>
          <form method="post" action={`${roomAddress(site, room)}/clearing`}>
            <Proof nonce={nonce} />
            <label class="choice">
              <input type="checkbox" name="sure" value="yes" required />{' '}
              <span safe>{words.moderation.clearAll}</span>
            </label>{' '}
            <button type="submit" safe>
              {words.moderation.clear}
            </button>
          </form>
        </section>
        <section>
          <h2 safe>{words.moderation.done}</h2>
          {records.length === 0 ? <p safe>{words.moderation.nothingDone}</p> : ''}
          <ol>
            {records.map((record) => (
              <li>
                <Time id={record.at} /> <Done words={words} record={record} />
              </li>
            ))}
          </ol>
          {older === undefined ? '' : <Older {...moderated} older={older} />}
        </section>
        <SignedIn site={site} words={words} mark={mark} nonce={nonce} />
      </main>
    </Plain>
  )
}

function RulesForm({ site, words, room, nonce, rules }: Place & Ours & { rules: Rules }) {
  return (
    <section>
      <h2 safe>{words.moderation.rules}</h2>
      <form method="post" action={moderationAddress(site, room)}>
        <Proof nonce={nonce} />
        <label>
          <span safe>{words.moderation.slow}</span>{' '}
          <input
            type="number"
            name="slow"
            min="0"
            max={String(SLOWEST_SECONDS)}
            value={String(rules.slowSeconds)}
          />
        </label>
        <label class="choice">
          <input type="checkbox" name="readonly" value="yes" checked={rules.isReadOnly} />{' '}
          <span safe>{words.moderation.readOnly}</span>
        </label>
        <label>
          <span safe>{words.moderation.notice}</span>{' '}
          <textarea name="notice" rows="2" dir="auto" safe>
            {`\n${rules.notice}`}
          </textarea>
        </label>
        <button type="submit" safe>
          {words.moderation.set}
        </button>
      </form>
    </section>
  )
}

function Muted({ site, words, room, nonce, mute }: Place & Ours & { mute: Mute }) {
  const { author, screenname, until } = mute
  return (
    <li>
      <bdi safe>{screenname}</bdi> <code safe>{markOf(author)}</code>{' '}
      {until === FOR_GOOD ? (
        <span safe>{words.moderation.forGood}</span>
      ) : (
        <span>
          {words.moderation.until as 'safe'} <Time id={until} />
        </span>
      )}{' '}
      <form method="post" action={`${roomAddress(site, room)}/unmuting`}>
        <Proof nonce={nonce} />
        <input type="hidden" name="author" value={author} />
        <button type="submit" safe>
          {words.moderation.unmute}
        </button>
      </form>
    </li>
  )
}

/** Who did what, and to whom, by marks alone. */
function Done({ words, record }: { words: Words; record: Recorded }) {
  const { deeds, hour, day, forGood } = words.moderation
  const lasts: Record<number, string> = { 60: hour, 1440: day }
  return (
    <>
      <code safe>{record.by}</code> <span safe>{deeds[record.did]}</span>
      {'author' in record && record.author ? (
        <>
          {' '}
          <code safe>{markOf(record.author)}</code>
        </>
      ) : (
        ''
      )}
      {record.did === 'mute' ? <span safe>{` ${lasts[record.minutes ?? 0] ?? forGood}`}</span> : ''}
      {record.did === 'rule' ? <span safe>{`: ${setIn(words, record)}`}</span> : ''}
    </>
  )
}

type Set = { slowSeconds: number; isReadOnly: boolean; hasNotice: boolean }

function setIn({ moderation }: Words, { slowSeconds, isReadOnly, hasNotice }: Set): string {
  const set = [
    slowSeconds > 0 && moderation.slowFor(slowSeconds),
    isReadOnly && moderation.isReadOnly,
    hasNotice && moderation.hasNotice,
  ]
  return set.filter(Boolean).join(', ') || moderation.plain
}

const Older = ({ site, words, room, older }: Place & { older: Id }) => (
  <nav aria-label={words.moderation.done}>
    <a href={`${moderationAddress(site, room)}?before=${older}`} safe>
      {words.moderation.older}
    </a>
  </nav>
)

/** What a moderator does with a message, and with who said it; on its page. */
export function Moderating({
  site,
  words,
  room,
  message,
  nonce,
}: Place & Ours & { message: Message }) {
  const address = messageAddress(site, room, message.id)
  return (
    <section class="moderation">
      <h2 safe>{words.moderation.sender}</h2>
      <form method="post" action={`${address}/removal`}>
        <Proof nonce={nonce} />
        <button type="submit" safe>
          {words.remove}
        </button>
      </form>
      {message.author ? (
        <>
          <form method="post" action={`${address}/clearing`}>
            <Proof nonce={nonce} />
            <button type="submit" safe>
              {words.moderation.sweep}
            </button>
          </form>
          <form method="post" action={`${address}/muting`}>
            <Proof nonce={nonce} />
            <fieldset>
              <legend safe>{words.moderation.mute}</legend>
              <button type="submit" name="for" value="hour" safe>
                {words.moderation.hour}
              </button>{' '}
              <button type="submit" name="for" value="day" safe>
                {words.moderation.day}
              </button>{' '}
              <button type="submit" name="for" value="good" safe>
                {words.moderation.forGood}
              </button>
            </fieldset>
          </form>
        </>
      ) : (
        ''
      )}
      <p>
        <a href={moderationAddress(site, room)} safe>
          {words.moderation.of(room)}
        </a>
      </p>
    </section>
  )
}

/** `mark`: of who is signed in, with the nonce to leave by; else there is a form. `told`: why it was refused. */
export function SignInPage(page: {
  site: Site
  words: Words
  room?: string
  mark?: string
  nonce?: string
  told?: string
}) {
  const { site, words, room, mark, nonce = '', told } = page
  return (
    <Plain site={site} words={words} title={words.moderation.signIn}>
      <header>
        <h1 safe>{words.moderation.signIn}</h1>
        <nav aria-label={words.rooms}>
          <a href={`${site.base}/`} safe>
            {words.allRooms}
          </a>
        </nav>
      </header>
      <main class="page moderation">
        {mark ? (
          <SignedIn site={site} words={words} mark={mark} nonce={nonce} />
        ) : (
          <form method="post" action={signInAddress(site)}>
            {room ? <input type="hidden" name="room" value={room} /> : ''}
            <label>
              <span safe>{words.moderation.key}</span>{' '}
              <input type="password" name="key" autocomplete="current-password" required />
            </label>{' '}
            <button type="submit" safe>
              {words.moderation.enter}
            </button>
            <div class="told" role="alert">
              <Told told={told} />
            </div>
          </form>
        )}
      </main>
    </Plain>
  )
}

type Leaving = { site: Site; words: Words; mark: string } & Ours

function SignedIn({ site, words, mark, nonce }: Leaving) {
  return (
    <section>
      <p>
        {words.moderation.signedIn as 'safe'} <code safe>{mark}</code>
      </p>
      <form method="post" action={`${signInAddress(site)}/leaving`}>
        <Proof nonce={nonce} />
        <button type="submit" safe>
          {words.moderation.signOut}
        </button>
      </form>
    </section>
  )
}
