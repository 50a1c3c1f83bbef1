/** A page as it was written in 2009, with jQuery, against the address of 2009. */
import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { openChromium } from '../with/chromium.ts'
import { startServer, storeSettings } from '../with/server.ts'
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

test('a client of 2009 shows what was said in the last five seconds', async () => {
  const server = await startServer(await storeSettings('sqlite'))
  await using tab = await (await openChromium()).newPage()
  const jquery = join(import.meta.dir, '../../node_modules/jquery/dist/jquery.min.js')
  // Both files stand on the chatbox's own origin, as they did then.
  await tab.route('**/2009.html', (route) =>
    route.fulfill({ body: PAGE, contentType: 'text/html' }),
  )
  await tab.route('**/jquery.js', (route) => route.fulfill({ path: jquery }))
  // The page's own clock runs by hand, so that five seconds are five seconds.
  await tab.clock.install()
  await tab.goto(`${server.url}/2009.html`)
  await sayByCurl(server, 'lobby', 'Hello <b>World</b>', 'tstone')
  await sayByCurl(server, 'elsewhere', 'not here', 'tstone')
  await tab.clock.runFor(5000)
  await tab.locator('#chatbox p').waitFor()
  expect(await tab.locator('#chatbox p').allTextContents()).toEqual(['tstone: Hello <b>World</b>'])
})
