/** Browsers without graphics, scripts or a mouse: w3m reads, lynx fills in the form and sends it. */
import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { freshFolder } from '../with/folder.ts'
import { sharedServer } from '../with/server.ts'
import { freshRoom, KINDS } from '../with/stores.ts'
import { sayAll } from '../with/tab.ts'

/** Runs a text browser, in a terminal of the simplest kind that needs no screen; answers what it showed. */
async function browse(...command: string[]): Promise<string> {
  const env = { PATH: process.env.PATH, HOME: freshFolder(), LANG: 'C.UTF-8', TERM: 'vt100' }
  const browser = Bun.spawn(command, { env, stdin: 'ignore', timeout: 20_000 })
  const shown = await new Response(browser.stdout).text()
  expect(await browser.exited).toBe(0)
  return shown
}

const typed = (text: string) => [...text].map((key) => (key === ' ' ? '<space>' : key))

/** Has lynx press these keys. */
async function press(url: string, keys: string[]): Promise<void> {
  const script = join(freshFolder(), 'keys')
  await Bun.write(script, keys.map((key) => `key ${key}\n`).join(''))
  await browse('lynx', '-nopause', '-accept_all_cookies', `-cmd_script=${script}`, url)
}

describe.each(KINDS)('a text browser, on %s', async (kind) => {
  const server = await sharedServer(kind)

  test('w3m shows who said what, line by line', async () => {
    const room = freshRoom()
    await sayAll(server, room, ['Hello World', 'two\nlines', '<b>'], () => 'tstone')
    const shown = await browse('w3m', '-dump', `${server.url}/rooms/${room}`)
    expect(shown).toMatch(/\d\. tstone .* UTC Hello World\n/)
    expect(shown).toMatch(/\d\. tstone .* UTC two\n +lines\n/)
    expect(shown).toMatch(/\d\. tstone .* UTC <b>\n/)
    expect(shown).toMatch(/Name \[ *\] \w{6}\n\nMessage \[ *\] Say/)
    // What signs are called, where there are none.
    expect(shown).not.toMatch(/corrected|said by|verified|another name/)
  })

  test('lynx says something through the form', async () => {
    const room = freshRoom()
    // The anchor is the field of the name; from there on every stop is the next one.
    const keys = [...typed('Lyn X'), '<tab>', ...typed('hi <b> & all'), '<tab>', '^J', 'q', 'y']
    await press(`${server.url}/rooms/${room}#screenname`, keys)
    const said = await fetch(`${server.url}/rooms/${room}/messages.json`)
    expect(await said.json()).toMatchObject({
      messages: [{ screenname: 'Lyn X', value: 'hi <b> & all' }],
    })
  })
})
