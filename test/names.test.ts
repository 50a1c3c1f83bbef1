/** Names that could be taken for others: those of moderators, and those made of letters that look alike. */
import { describe, expect, test } from 'bun:test'
import { openSkeleton } from '../src/skeleton.ts'
import { command } from './with/commands.ts'
import { KEY, openScript } from './with/moderators.ts'
import { stopwatch } from './with/stopwatch.ts'
import { freshRoom, KINDS, openChatbox } from './with/stores.ts'
import { openVisitor, SCRIPT } from './with/visitor.ts'

const CYRILLIC_ANN = 'Аnn'

describe('names look the same', async () => {
  const skeleton = await openSkeleton()

  test.each([
    ['paypal', 'раураl'],
    ['Ann', CYRILLIC_ANN],
    ['scope', 'ѕсоре'],
    ['rnary', 'mary'],
    ['1l', 'Il'],
    ['é', 'e\u0301'],
    ['Å', '\u212b'],
    ['𝓐nn', 'Ann'],
  ])('%s and %s', (one, other) => {
    expect(skeleton(one)).toBe(skeleton(other))
    expect(skeleton(skeleton(one))).toBe(skeleton(one))
  })

  test.each([
    ['Ann', 'Anna'],
    ['Ann', 'ann'],
    ['e', 'é'],
    ['', ' '],
  ])('but not %p and %p', (one, other) => expect(skeleton(one)).not.toBe(skeleton(other)))

  test('within a moment, however long they are', () => {
    const took = stopwatch()
    skeleton('а\u0301'.repeat(1024))
    expect(took()).toBeLessThan(100)
  })
})

describe.each(KINDS)('on %s', async (kind) => {
  const reserved = ['moderator', 'admin', 'The Team', 'модератор']
  const { ask, get, store } = await openChatbox(kind, { moderatorKey: KEY, reserved })
  const says = (screenname: string, room = freshRoom()) =>
    ask(`/rooms/${room}/messages`, {
      method: 'POST',
      headers: SCRIPT,
      body: new URLSearchParams({ screenname, value: 'hello' }),
    })

  test.each([
    'moderator',
    'MODERATOR',
    'Mоderator',
    '𝓜𝓸derator',
    '  moderator ',
    '~ Moderator ~',
    'mod\u200derator',
    'ADMlN',
    'АDМIN',
    'theteam',
    'ＡＤＭＩＮ',
    'Модератор',
  ])('%p is for moderators', async (name) => {
    const refused = await says(name)
    expect([refused.status, (await refused.json()).detail]).toEqual([
      422,
      'This name is for moderators. Please choose another one.',
    ])
    const path = `/rooms/${freshRoom()}/messages`
    const said = await openScript(ask).post(path, { screenname: name, value: 'hello' })
    expect(said.status).toBe(201)
  })

  test.each(['moderate', 'Adam', 'Team', 'moderators', '!', '…'])(
    '%p is for everybody',
    async (name) => expect((await says(name)).status).toBe(201),
  )

  test('who takes a name made of other letters is marked, in every form but plain text', async () => {
    const room = freshRoom()
    const [ann, false_] = [openVisitor(ask), openVisitor(ask)]
    expect(await ann.say(room, 'I am', 'Ann')).not.toHaveProperty('resembles')
    const message = await false_.say(room, 'me, too', CYRILLIC_ANN)
    expect(message).toMatchObject({ resembles: 'Ann' })
    expect(await ann.say(room, 'no, I', 'Ann')).not.toHaveProperty('resembles')
    expect(await false_.say(room, 'no', 'Ann')).not.toHaveProperty('resembles')
    expect(await false_.say(room, 'no', CYRILLIC_ANN)).toMatchObject({ resembles: 'Ann' })
    const path = `/rooms/${room}/messages`
    const one = await (await get(`${path}/${message.id}.json`)).json()
    expect(one).toMatchObject({ resembles: 'Ann' })
    const sign =
      /<small class="resembles"><span role="img" aria-labelledby="resembles">≠<\/span> <bdi>Ann<\/bdi><\/small>/g
    for (const end of ['.html', '', `/${message.id}`])
      expect((await (await get(path + end)).text()).match(sign)).toHaveLength(2)
    expect(await (await get(`${path}.yaml`)).text()).toContain('resembles: "Ann"')
    const { printed } = await command(store, ['export', room])
    const there = await openChatbox(kind === 'sqlite' ? 'redis' : 'sqlite')
    await command(there.store, ['import'], printed)
    expect(await (await there.get(`${path}.json`)).json()).toMatchObject({
      messages: (await (await get(`${path}.json`)).json()).messages,
    })
  })

  test('a person may write their own name in other letters, and who came first is nobody’s likeness', async () => {
    const room = freshRoom()
    const ann = openVisitor(ask)
    await ann.say(room, 'one', CYRILLIC_ANN)
    expect(await ann.say(room, 'two', 'Ann')).not.toHaveProperty('resembles')
    expect(await openVisitor(ask).say(room, 'three', 'Ann')).toMatchObject({
      resembles: CYRILLIC_ANN,
    })
    expect(await openVisitor(ask).say(room, 'four', 'ann')).not.toHaveProperty('resembles')
  })

  test('the repeat under a key is told the same', async () => {
    const room = freshRoom()
    await openVisitor(ask).say(room, 'I am', 'Ann & co')
    const once = () =>
      ask(`/rooms/${room}/messages`, {
        method: 'POST',
        headers: { ...SCRIPT, 'idempotency-key': 'k' },
        body: new URLSearchParams({ screenname: `${CYRILLIC_ANN} & co`, value: 'x' }),
      })
    const first = await (await once()).json()
    expect(first).toMatchObject({ resembles: 'Ann & co' })
    expect(await (await once()).json()).toEqual(first)
  })
})
