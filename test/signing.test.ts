/** The code of the README by which a site signs who its people are, each as it stands there. */
import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { freshFolder } from './with/folder.ts'
import { KEY } from './with/identity.ts'
import { openChatbox } from './with/stores.ts'

const readme = await Bun.file(new URL('../README.md', import.meta.url)).text()
const [, section = ''] = readme.split('## People whom your site knows\n')
const { get } = await openChatbox('sqlite', { identityKeys: [KEY] })

const NAME = 'Zoë "z" <🦊> \\ 名前'

/** What runs each, what stands before it, and what prints an identity with it. */
const LANGUAGES: Record<string, { program: string; before?: string; printing: string }> = {
  php: {
    program: 'php',
    before: '<?php\n',
    printing: 'echo identity_of(42, $argv[1], getenv("KEY"));',
  },
  python: {
    program: 'python3',
    printing: 'import os, sys; print(identity_of(42, sys.argv[1], os.environ["KEY"]))',
  },
  ruby: { program: 'ruby', printing: 'puts identity_of(42, ARGV[0], ENV["KEY"])' },
  js: {
    program: process.execPath,
    printing: 'console.log(identityOf(42, process.argv[2], process.env.KEY))',
  },
}

for (const [language, { program, before = '', printing }] of Object.entries(LANGUAGES)) {
  const path = Bun.which(program)
  if (!path) console.warn(`${program} is not here: what it signs is not tried`)
  test.skipIf(!path)(`in ${language} signs what is taken`, async () => {
    const [, code = ''] = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'ms').exec(section) ?? []
    expect(code.split('\n').length).toBeWithin(5, 13)
    const file = join(freshFolder(), `signing.${language === 'js' ? 'mjs' : language}`)
    await Bun.write(file, `${before}${code}${printing}\n`)
    const run = Bun.spawn([path as string, file, NAME], {
      env: { ...process.env, KEY, LANG: 'C.UTF-8' },
    })
    const identity = (await new Response(run.stdout).text()).trim()
    expect(await run.exited).toBe(0)
    const answer = await get('/api/identity', { 'chatbox-identity': identity })
    expect(await answer.json()).toMatchObject({ screenname: NAME, verified: true })
  })
}
