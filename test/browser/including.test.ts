/** A room in a page that the server of another site puts together, without any script. */
import { expect, test } from 'bun:test'
import { openNginx } from '../with/including.ts'
import { sharedServer } from '../with/server.ts'
import { freshRoom } from '../with/stores.ts'
import { eventually, openPage, sayByCurl, textsIn } from '../with/tab.ts'

test('it shows what was said, and what is said later when it is asked for again', async () => {
  const server = await sharedServer('sqlite')
  const room = freshRoom()
  await sayByCurl(server, room, 'first line\nsecond <b>line</b>', 'Ann')
  const url = await openNginx(
    `location = /chat {
      proxy_pass ${server.url}/rooms/${room}/messages.html;
      proxy_set_header Accept-Encoding "";
    }`,
    '<!doctype html><title>Host</title><h1>News</h1><!--# include virtual="/chat" -->',
  )
  await using tab = await openPage(url, { javaScriptEnabled: false })
  expect(await textsIn(tab)).toEqual(['first line\nsecond <b>line</b>'])
  const [shown] = await tab.locator('#chatbox > li').allInnerTexts()
  expect(shown).toMatch(/^Ann \S+ .* UTC first line\n\s*second <b>line<\/b>$/)
  await tab.locator('.permalink').click()
  await tab.waitForURL(new RegExp(`^${server.url}/rooms/${room}/messages/\\d+$`))
  await sayByCurl(server, room, 'later')
  await eventually(async () => {
    await tab.goto(url)
    expect(await textsIn(tab)).toHaveLength(2)
  })
})
