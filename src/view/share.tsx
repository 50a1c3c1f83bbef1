/** The page on which one chooses how a room is shown on another site, and copies what is pasted there. */
import { BackToRoom, Plain } from './document.tsx'
import { type Site, shareAddress, type Theme } from './site.ts'
import { WAYS, type Way } from './snippets.ts'
import type { Words } from './words/en.ts'

type Chosen = { room: string; way: Way; isReadonly: boolean; theme?: Theme }

/** `whole`: the site with whole addresses. */
export function SharePage({
  site,
  whole,
  words,
  chosen,
}: {
  site: Site
  whole: Site
  words: Words
  chosen: Chosen
}) {
  const { room, way, isReadonly, theme = '' } = chosen
  const title = words.shareRoom(room)
  const themes = { '': words.asAround, light: words.light, dark: words.dark }
  return (
    <Plain site={site} words={words} title={title}>
      <BackToRoom site={site} words={words} room={room} title={title} />
      <main class="page">
        <form action={shareAddress(site, room)}>
          <label>
            <span safe>{words.room}</span>{' '}
            <input name="room" value={room} required maxlength="64" />
          </label>{' '}
          <Choice name="way" label={words.way} choices={words.ways} chosen={way} />{' '}
          <Choice name="theme" label={words.colours} choices={themes} chosen={theme} />{' '}
          <label>
            <span safe>{words.readingAlone}</span>{' '}
            <input type="checkbox" name="readonly" checked={isReadonly} />
          </label>{' '}
          <button type="submit" safe>
            {words.show}
          </button>
          <label class="snippet">
            <span safe>{words.paste}</span>{' '}
            <textarea id="snippet" rows="12" readonly dir="ltr" spellcheck="false" safe>
              {`\n${WAYS[way]({ ...chosen, site: whole })}`}
            </textarea>
          </label>
        </form>
        <p safe>{words.leave}</p>
      </main>
    </Plain>
  )
}

function Choice(choice: {
  name: string
  label: string
  choices: Record<string, string>
  chosen: string
}) {
  return (
    <label>
      <span safe>{choice.label}</span>{' '}
      <select name={choice.name}>
        {Object.entries(choice.choices).map(([value, text]) => (
          <option value={value} selected={value === choice.chosen} safe>
            {text}
          </option>
        ))}
      </select>
    </label>
  )
}
