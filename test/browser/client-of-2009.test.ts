/** A page as it was written in 2009, with jQuery, against the address of 2009. */
import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { openChromium } from '../with/chromium.ts'
import { startServer, storeSettings } from '../with/server.ts'
import { KINDS } from '../with/stores.ts'
import { sayByCurl } from '../with/tab.ts'

const PAGE = `<!doctype html>
<title>2009</title>
<script src="/jquery.js"></script>
<div id="chatbox"></div>
<script>
  setInterval(function () {
    $.getJSON('/api/latest-chat/5/', function (messages) {
      $.each(messages, function (i, message) {
        $('<p>').text(message.screenname + ': ' + message.value).appendTo('#chatbox')
      })
    })
  }, 5000)
</script>`

describe.each(KINDS)('a client of 2009, on %s', async (kind) => {
  const server = await startServer(await storeSettings(kind))

  test.concurrent('shows what was said in the last five seconds, every five seconds', async () => {
    await using tab = await (await openChromium()).newPage()
    const jquery = join(import.meta.dir, '../../node_modules/jquery/dist/jquery.min.js')
    // Both files stand on the chatbox's own origin, as they did then.
    await tab.route('**/2009.html', (route) =>
      route.fulfill({ body: PAGE, contentType: 'text/html' }),
    )
    await tab.route('**/jquery.js', (route) => route.fulfill({ path: jquery }))
    await tab.goto(`${server.url}/2009.html`)
    const shown = tab.locator('#chatbox p')
    for (const greeting of ['Hello', 'Good <b>day</b>']) {
      // Not at once after a poll: at the edges of its window the design of 2009 loses and doubles.
      await Bun.sleep(1500)
      await sayByCurl(server, 'lobby', greeting, 'tstone')
      await sayByCurl(server, 'elsewhere', 'not here', 'tstone')
      await shown.getByText(`tstone: ${greeting}`, { exact: true }).waitFor({ timeout: 60_000 })
    }
    expect(await shown.allTextContents()).toEqual(['tstone: Hello', 'tstone: Good <b>day</b>'])
  })
})
