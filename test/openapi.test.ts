/** What the program tells scripts of itself, and whether it keeps to that. */
import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { Validator } from '@seriousme/openapi-schema-validator'
import Ajv from 'ajv/dist/2020'
import fc from 'fast-check'
import { NO_RULES } from '../src/chat/moderation.ts'
import { openTokens } from '../src/chat/tokens.ts'
import { OPERATIONS } from '../src/http/openapi.ts'
import { nextEvent } from '../src/webhooks/events.ts'
import { CLIENTS } from './with/clients.ts'
import { freshFolder } from './with/folder.ts'
import { ann, KEY, signed } from './with/identity.ts'
import { BEARER, KEY as MODERATOR_KEY } from './with/moderators.ts'
import { startServer, storeSettings } from './with/server.ts'
import { freshRoom, KINDS, openChatbox } from './with/stores.ts'

const MAIN = join(import.meta.dir, '../src/main.ts')

type Schema = Record<string, unknown>
type Parameter = { name: string; in: string; required?: boolean; schema: Schema }
type Operation = {
  operationId: string
  parameters?: Parameter[]
  requestBody?: { content: Record<string, { schema: Schema }> }
  security?: Record<string, string[]>[]
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>
}
type Document = {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

describe('the document', async () => {
  const { get } = await openChatbox('sqlite')
  const document = await (await get('/openapi.json')).json()

  test('is OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document))
    expect(errors).toBeUndefined()
    expect([valid, document.openapi]).toEqual([true, '3.1.0'])
  })

  test('tells what a bot may do with its token', () => {
    const byBots = Object.values((document as Document).paths)
      .flatMap((methods) => Object.values(methods))
      .filter(({ security = [] }) => security.some((schemes) => 'botToken' in schemes))
    const names = byBots.map(({ operationId }) => operationId)
    expect(names).toEqual(['say', 'sayForFragment', 'sayAccepted', 'revise', 'remove'])
    expect(document.components.securitySchemes.botToken.scheme).toBe('bearer')
  })

  test('names every address that scripts can ask, and no other', async () => {
    const app = await Bun.file(new URL('../src/app.ts', import.meta.url)).text()
    const routed = [...app.matchAll(/^ {4}'(\/[^']*)':/gm)].map(([, path]) => path as string)
    const forPeople =
      /^\/(?:api|embed\.js|moderator(?:\/leaving)?|rooms|rooms\/:room(?:\/embed|\/share)?)$|\/re(?:vision|moval)$/
    expect(Object.keys(OPERATIONS).toSorted()).toEqual(
      routed.filter((path) => !forPeople.test(path)).toSorted(),
    )
  })
})

test('what webhooks are told is what the document says of it', async () => {
  const { get } = await openChatbox('sqlite')
  const { webhooks, components } = await (await get('/openapi.json')).json()
  const ajv = new Ajv({ strict: false, validateFormats: false })
  for (const [name, schema] of Object.entries(components.schemas))
    ajv.addSchema(schema as Schema, `#/components/schemas/${name}`)
  const plain = { id: 7, screenname: 'tester', value: 'hello' }
  const signs = { isBot: true, isModerator: true, resembles: 'tеster' }
  const whole = { ...plain, author: 'abcdefgh', ...signs, revised: 9 }
  const entries = [plain, whole].flatMap((message) => [
    { id: 7, said: message },
    { id: 9, revised: message },
  ])
  const stand = { born: 5, head: 10, trimmed: 5, cursor: 10, more: false, now: 10 }
  const decided = [
    { id: 10, removed: 7 },
    { id: 10, rules: { ...NO_RULES, notice: 'Be kind' } },
    { id: 10, cleared: true as const },
  ]
  const told = [...entries, ...decided].map((entry) =>
    nextEvent('lobby', 5, { ...stand, entries: [entry] }),
  )
  const lost = [0, 11].map((cursor) => nextEvent('lobby', cursor, { ...stand, entries: [] }))
  const events = [...told, ...lost].map((event) => JSON.parse(event?.body ?? ''))
  for (const event of events) {
    const { schema } = webhooks[event.type].post.requestBody.content['application/json']
    expect([event, ajv.validate(schema, event), ajv.errors]).toEqual([event, true, null])
  }
  expect([...new Set(events.map(({ type }) => type))].sort()).toEqual(Object.keys(webhooks).sort())
})

type Bounds = {
  $ref?: string
  type?: string
  enum?: string[]
  minimum?: number
  maximum?: number
  maxLength?: number
  properties?: Record<string, Schema>
  required?: string[]
}

/** What the document allows to be sent. */
function allowed(
  schema: Schema,
  known: Record<string, fc.Arbitrary<unknown>>,
): fc.Arbitrary<unknown> {
  const { $ref, type, minimum, maximum, maxLength, properties, required, ...more } =
    schema as Bounds
  if ($ref) return known[$ref.split('/').at(-1) as string] as fc.Arbitrary<unknown>
  if (more.enum) return fc.constantFrom(...more.enum)
  switch (type) {
    case 'boolean':
      return fc.boolean()
    case 'integer':
      return fc.integer({ min: minimum, max: maximum })
    case 'object':
      return fc.record(
        Object.fromEntries(
          Object.entries(properties ?? {}).map(([name, of]) => [name, allowed(of, known)]),
        ),
        { requiredKeys: required },
      )
    default:
      return fc.string({ unit: 'grapheme', maxLength: maxLength ?? 200 })
  }
}

describe.each(KINDS)('what the document allows, on %s', async (kind) => {
  const chatbox = await openChatbox(kind, { identityKeys: [KEY], moderatorKey: MODERATOR_KEY })
  const { paths, components } = (await (await chatbox.get('/openapi.json')).json()) as Document
  const rooms = [freshRoom(), freshRoom()]
  const ids: string[] = []
  const token = await openTokens(chatbox.store, 'hooks').add(`${rooms[0]} Deploys`)
  const bearers: Record<string, string> = {
    botToken: `Bearer ${await openTokens(chatbox.store, 'bots').add('Build')}`,
    moderatorKey: BEARER.authorization,
  }
  const chosen: Record<string, fc.Arbitrary<unknown>> = {
    room: fc.constantFrom(...rooms),
    'Chatbox-Identity': fc.constantFrom(signed(ann), 'wrong'),
    wait: fc.constant(0),
    token: fc.constantFrom(token, 'wrong'),
    url: fc.constantFrom(...rooms.map((room) => `http://localhost/rooms/${room}`), 'wrong'),
  }
  for (const room of rooms) ids.push((await chatbox.say(room, 'said before')).id)
  const ajv = new Ajv({ strict: false, validateFormats: false })
  for (const [name, schema] of Object.entries(components.schemas))
    ajv.addSchema(schema, `#/components/schemas/${name}`)
  const known: Record<string, fc.Arbitrary<unknown>> = {
    Id: fc.oneof(fc.constantFrom(...ids), fc.constantFrom('1', '9007199254740991')),
  }
  const bodies = ['Saying', 'Correction', 'HookPost', 'Ruling', 'Clearing', 'Muting', 'Unmuting']
  for (const name of bodies) known[name] = allowed(components.schemas[name] as Schema, known)

  const cases = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method): [string, string] => [method, path]),
  )

  test.each(cases)('%s %s is answered as it says', async (method, path) => {
    const {
      parameters = [],
      requestBody,
      security = [{}],
      responses,
    } = (paths[path] as Record<string, Operation>)[method] as Operation
    const given = fc.record(
      Object.fromEntries(
        parameters.map(({ name, schema }) => [name, chosen[name] ?? allowed(schema, known)]),
      ),
      { requiredKeys: parameters.filter(({ required }) => required).map(({ name }) => name) },
    )
    const body = requestBody
      ? fc
          .constantFrom(...Object.entries(requestBody.content))
          .chain(([type, { schema }]) =>
            allowed(schema, known).map((content) => ({ type, content })),
          )
      : fc.constant(undefined)
    const types = Object.values(responses).flatMap(({ content = {} }) => Object.keys(content))
    const accept = fc.constantFrom('*/*', ...types)
    const proof = fc.constantFrom(...security.map((schemes) => Object.keys(schemes)[0]))
    await fc.assert(
      fc.asyncProperty(given, body, accept, proof, async (values, sent, accept, scheme) => {
        const inPlace = (place: string) => parameters.filter((parameter) => parameter.in === place)
        let address = path
        for (const { name } of inPlace('path'))
          address = address.replace(`{${name}}`, String(values[name]))
        const query = new URLSearchParams()
        for (const { name } of inPlace('query'))
          if (values[name] !== undefined) query.set(name, String(values[name]))
        const headers = new Headers({ accept })
        if (scheme) headers.set('authorization', bearers[scheme] as string)
        for (const { name } of inPlace('header'))
          if (values[name] !== undefined)
            headers.set(name, encodeURIComponent(String(values[name])).slice(0, 255))
        if (sent) headers.set('content-type', sent.type)
        const answer = await chatbox.ask(`${address}?${query}`, {
          method: method.toUpperCase(),
          headers,
          body: sent && written(sent.type, sent.content),
        })
        const told = responses[String(answer.status)]
        expect([accept, answer.status, told !== undefined]).toEqual([accept, answer.status, true])
        const [type = ''] = (answer.headers.get('content-type') ?? '').split(';')
        if (type === 'text/event-stream') return void (await answer.body?.cancel())
        const text = await answer.text()
        if (!type.endsWith('json')) return
        const schema = told?.content?.[type]?.schema
        expect([answer.status, type, schema !== undefined]).toEqual([answer.status, type, true])
        const fits = ajv.validate(schema as Schema, JSON.parse(text))
        expect([ajv.errorsText(), fits]).toEqual(['No errors', true])
      }),
      { numRuns: 40 },
    )
  })
})

test('who reads too much is told so by every address that says it may', async () => {
  const settings = await storeSettings('sqlite')
  const { url } = await startServer({ ...settings, READS_PER_MINUTE: '1' })
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as Document
  const held: [string, boolean][] = []
  const said: typeof held = []
  for (const [path, { get }] of Object.entries(paths)) {
    if (!get) continue
    const address = path.replace('{room}', 'lobby').replace(/\{\w+\}/, '1')
    const { status } = await fetch(url + address)
    held.push([path, status === 429])
    said.push([path, '429' in get.responses])
  }
  expect(held).toEqual(said)
})

function written(type: string, content: unknown): string {
  if (type === 'application/json') return JSON.stringify(content)
  if (type === 'text/plain') return String(content)
  return new URLSearchParams(content as Record<string, string>).toString()
}

describe('the page for scripts', async () => {
  const settings = { ...(await storeSettings('sqlite')), IDENTITY_KEYS: KEY, MODERATOR_KEY }
  const server = await startServer(settings)
  const hook = Bun.spawnSync([process.execPath, MAIN, 'hook', 'add', 'lobby', 'Deploys'], {
    env: { PATH: process.env.PATH, ...settings },
  })
  const [TOKEN = ''] = /[\w-]{43}/.exec(hook.stdout.toString()) ?? []
  const page = await (await fetch(`${server.url}/api`)).text()
  const lines = [...page.matchAll(/<pre[^>]*><code>(curl .*?)<\/code>/g)].map(([, line = '']) =>
    line.replaceAll('&quot;', '"').replaceAll('&#x27;', "'").replaceAll('&amp;', '&'),
  )

  test('has a line of curl for each thing that can be asked', () => {
    const operations = Object.values(OPERATIONS).flatMap((methods) => Object.keys(methods))
    expect(lines).toHaveLength(operations.length)
  })

  describe.each(Object.entries(CLIENTS))('done by %s', (_, client) => {
    test.each(lines)('%s does what it says', async (line) => {
      const cwd = freshFolder()
      // What is muted or emptied is one room.
      const room = freshRoom()
      const run = (line: string, env = {}) =>
        client(line.replaceAll('/rooms/lobby', `/rooms/${room}`), { cwd, env })
      const withPart = (part: string) => lines.find((line) => line.includes(part)) ?? ''
      const { id } = JSON.parse(await run(withPart('-d screenname')))
      const env = { ID: id, TOKEN, MODERATOR_KEY, IDENTITY: signed(ann) }
      let AUTHOR = ''
      if (line.includes('$AUTHOR')) {
        await run(withPart('/muting'), env)
        AUTHOR = JSON.parse(await run(withPart('/moderation'), env)).muted[0].author
      }
      await run(line, { ...env, AUTHOR })
    })
  })
})
