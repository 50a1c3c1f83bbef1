/** What scripts may ask, as OpenAPI 3.1 tells it: written with the very bounds that the routes enforce. */
import { ROOM } from '../chat/chat.ts'
import { LAST_ID } from '../chat/message.ts'
import { SLOWEST_SECONDS } from '../chat/moderating.ts'
import { NOTICE_LENGTH, SCREENNAME_LENGTH } from '../chat/text.ts'
import { ApiPage } from '../view/api.tsx'
import { write } from '../view/json.ts'
import type { Site } from '../view/site.ts'
import { originOf } from './address.ts'
import { answer } from './answer.ts'
import { KEY_LENGTH } from './body.ts'
import { type Form, TYPES } from './form.ts'
import { MINUTES } from './moderation.ts'
import { MOST_PIXELS } from './oembed.ts'
import type { Parts } from './parts.ts'
import { CANONICAL, LIMIT, MOST } from './query.ts'
import type { Handler } from './routes.ts'
import { LONGEST_WAIT } from './waiting.ts'
import { webhooksOf } from './webhooks.ts'

type Schema = Record<string, unknown>
type Content = Record<string, { schema: Schema }>
type Answers = Record<string, { description: string; headers?: Schema; content?: Content }>

/** One thing that can be asked: at an address, in one way. */
export type Operation = {
  operationId: string
  summary: string
  description?: string
  /** What stands between `curl ` and the address, and what behind the address. */
  curl?: { options?: string; query?: string }
  parameters?: Schema[]
  requestBody?: { required: boolean; content: Content }
  /** By which of the document's schemes one proves who one is. */
  security?: Record<string, string[]>[]
  responses: Answers
}

export type Operations = Record<
  string,
  Partial<Record<'get' | 'post' | 'patch' | 'delete', Operation>>
>

const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` })
const TEXT: Schema = { type: 'string' }

const schemas = (messageLength: number): Record<string, Schema> => ({
  Id: {
    type: 'string',
    pattern: CANONICAL.source,
    description:
      'Microseconds since 1970 (UTC), in decimal digits: identity, place, time and cursor in one.',
  },
  Message: {
    type: 'object',
    required: ['id', 'screenname', 'value', 'created'],
    properties: {
      id: ref('Id'),
      screenname: TEXT,
      mark: {
        type: 'string',
        description: 'The same for all that one browser, or one program, says.',
      },
      bot: { const: true, description: 'A program said it, by a token of its own.' },
      verified: {
        const: true,
        description: 'The site around the chatbox vouches for who said it.',
      },
      moderator: { const: true, description: 'A moderator said it, who had proved to be one.' },
      resembles: {
        type: 'string',
        description:
          'The name of somebody else, which this one imitates by letters that look alike.',
      },
      value: TEXT,
      created: { type: 'string', format: 'date-time' },
      revised: { type: 'string', format: 'date-time', description: 'When it was last corrected.' },
    },
    additionalProperties: false,
  },
  Messages: {
    type: 'object',
    required: [
      'room',
      'messages',
      'revised',
      'removed',
      'cursor',
      'more',
      'missed',
      'reset',
      'links',
    ],
    properties: {
      room: { type: 'string', pattern: ROOM.source },
      messages: { type: 'array', items: ref('Message'), maxItems: MOST },
      revised: { type: 'array', items: ref('Message') },
      removed: { type: 'array', items: ref('Id') },
      cursor: ref('Id'),
      more: { type: 'boolean' },
      missed: { type: 'boolean' },
      reset: { type: 'boolean' },
      cleared: {
        const: true,
        description: 'A moderator emptied the room since the cursor: read it anew.',
      },
      rules: ref('Rules'),
      links: {
        type: 'object',
        required: ['self', 'next'],
        properties: { self: TEXT, next: TEXT, older: TEXT },
        additionalProperties: false,
      },
    },
    additionalProperties: false,
  },
  Saying: {
    type: 'object',
    required: ['screenname', 'value'],
    properties: {
      screenname: { type: 'string', description: `1 to ${SCREENNAME_LENGTH} characters.` },
      value: { type: 'string', description: `1 to ${messageLength} characters.` },
      nonce: {
        type: 'string',
        maxLength: KEY_LENGTH,
        description: 'Lets it through once in 24 hours.',
      },
    },
  },
  Rules: {
    type: 'object',
    description: 'What moderators decided for the room; absent where none ever did.',
    required: ['slow', 'readonly', 'notice'],
    properties: {
      slow: number(0, SLOWEST_SECONDS, {
        description: 'Seconds that a person waits between two messages.',
      }),
      readonly: { type: 'boolean', description: 'Moderators alone speak.' },
      notice: { type: 'string', description: `Pinned; at most ${NOTICE_LENGTH} characters.` },
    },
    additionalProperties: false,
  },
  Ruling: {
    type: 'object',
    description: 'What is left out is off.',
    properties: {
      slow: number(0, SLOWEST_SECONDS),
      readonly: { type: 'boolean' },
      notice: { type: 'string' },
    },
  },
  Clearing: { type: 'object', required: ['sure'], properties: { sure: { type: 'boolean' } } },
  Muting: {
    type: 'object',
    required: ['for'],
    properties: { for: { enum: Object.keys(MINUTES) } },
  },
  Unmuting: { type: 'object', required: ['author'], properties: { author: TEXT } },
  Moderation: {
    type: 'object',
    required: ['rules', 'muted', 'done'],
    properties: {
      rules: ref('Rules'),
      muted: {
        type: 'array',
        items: {
          type: 'object',
          required: ['author', 'mark', 'screenname'],
          properties: {
            author: TEXT,
            mark: TEXT,
            screenname: TEXT,
            until: { type: 'string', format: 'date-time', description: 'Without it, for good.' },
          },
          additionalProperties: false,
        },
      },
      done: {
        type: 'array',
        description: 'What moderators did, the newest first; it tells no text of any message.',
        items: {
          type: 'object',
          required: ['at', 'by', 'did'],
          properties: {
            at: { type: 'string', format: 'date-time' },
            by: { type: 'string', description: 'The mark of a sign-in, or `key`.' },
            did: { enum: ['remove', 'sweep', 'mute', 'unmute', 'clear', 'rule'] },
            mark: TEXT,
            id: ref('Id'),
            minutes: { type: 'integer' },
            slow: { type: 'integer' },
            readonly: { type: 'boolean' },
            notice: { type: 'boolean' },
          },
          additionalProperties: false,
        },
      },
      older: { ...ref('Id'), description: 'What `before` takes to go on.' },
    },
    additionalProperties: false,
  },
  Swept: {
    type: 'object',
    required: ['removed'],
    properties: { removed: { type: 'integer' } },
    additionalProperties: false,
  },
  Correction: { type: 'object', required: ['value'], properties: { value: TEXT } },
  HookPost: {
    type: 'object',
    required: ['text'],
    properties: {
      text: { type: 'string', description: `As Slack has it; 1 to ${messageLength} characters.` },
      username: { type: 'string', description: 'Another name than the hook’s own.' },
    },
  },
  Oembed: {
    type: 'object',
    description: 'oEmbed 1.0.',
    required: ['version', 'type', 'title', 'width', 'height', 'html'],
    properties: {
      version: { const: '1.0' },
      type: { const: 'rich' },
      title: TEXT,
      provider_name: TEXT,
      provider_url: TEXT,
      width: { type: 'integer' },
      height: { type: 'integer' },
      html: TEXT,
    },
    additionalProperties: false,
  },
  Identity: {
    type: 'object',
    required: ['screenname', 'mark', 'verified'],
    properties: { screenname: TEXT, mark: TEXT, verified: { const: true } },
    additionalProperties: false,
  },
  LatestChat: {
    type: 'array',
    maxItems: MOST,
    items: {
      type: 'object',
      required: ['value', 'created', 'screenname'],
      properties: { value: TEXT, created: TEXT, screenname: TEXT },
      additionalProperties: false,
    },
  },
  Rooms: {
    type: 'object',
    required: ['rooms'],
    properties: {
      rooms: {
        type: 'array',
        items: {
          type: 'object',
          required: ['room', 'spoken'],
          properties: {
            room: { type: 'string', pattern: ROOM.source },
            spoken: { type: 'string', format: 'date-time' },
          },
          additionalProperties: false,
        },
      },
    },
    additionalProperties: false,
  },
  Problem: {
    type: 'object',
    description: 'RFC 9457.',
    required: ['type', 'title', 'status', 'detail'],
    properties: {
      type: TEXT,
      title: TEXT,
      status: { type: 'integer' },
      detail: TEXT,
      retryAfter: { type: 'integer', description: 'Seconds.' },
    },
    additionalProperties: false,
  },
})

const inQuery = (name: string, schema: Schema, description: string): Schema => ({
  name,
  in: 'query',
  schema,
  description,
})
const number = (minimum: number, maximum: number, more: Schema = {}): Schema => ({
  type: 'integer',
  minimum,
  maximum,
  ...more,
})

const ROOM_PARAMETER = {
  name: 'room',
  in: 'path',
  required: true,
  schema: { type: 'string', pattern: ROOM.source },
}
const KEY_PARAMETER = {
  name: 'Idempotency-Key',
  in: 'header',
  schema: { type: 'string', maxLength: KEY_LENGTH },
  description: 'Lets it through once in 24 hours: the repeat gets the first answer.',
}
const IDENTITY_PARAMETER = {
  name: 'Chatbox-Identity',
  in: 'header',
  schema: TEXT,
  description: 'A JWT by which a site vouches for who asks (`sub`, `screenname`, `exp`; HS256).',
}
const ID_PARAMETER = { name: 'id', in: 'path', required: true, schema: ref('Id') }

const READING: Schema[] = [
  inQuery('after', number(0, LAST_ID), 'A cursor: the oldest entries newer than it.'),
  inQuery('before', number(0, LAST_ID), 'An id: the messages just older than it.'),
  inQuery('since', number(0, LAST_ID), 'Seconds: the newest messages said in so many.'),
  inQuery('limit', number(1, MOST, { default: LIMIT }), 'So many at the most.'),
  inQuery(
    'wait',
    number(0, LONGEST_WAIT, { default: 0 }),
    'Seconds to hold the answer back until something is newer than the cursor; with `after` alone.',
  ),
]

const failing = (...statuses: [number, string][]): Answers =>
  Object.fromEntries(
    statuses.map(([status, description]) => [
      status,
      { description, content: { 'application/problem+json': { schema: ref('Problem') } } },
    ]),
  )
const NO_TOKEN: [number, string] = [
  401,
  'The token in `Authorization`, or the identity in `Chatbox-Identity`, is none, or no more.',
]
const NO_ROOM: [number, string] = [404, 'There is no such room, or no such message.']
const REFUSED: [number, string] = [422, 'It cannot be taken as it is: the reason is in words.']
const NOT_ACCEPTABLE: [number, string] = [406, 'None of the forms accepted is to be had.']
const UNREACHABLE: [number, string] = [503, 'The store cannot be reached just now.']
const FOREIGN: [number, string] = [
  403,
  'It was asked by a page of another site, by who did not say the message, or too late; or moderators do not let it.',
]
const OFTEN: [number, string] = [429, 'Too much at once.']

const UNCHANGED = { description: 'It is as it was.' }

const contentOf = (forms: Form[], json: Schema = ref('Messages')): Content =>
  Object.fromEntries(forms.map((form) => [TYPES[form], { schema: form === 'json' ? json : TEXT }]))

const bodies = (name: string): { required: boolean; content: Content } => ({
  required: true,
  content: {
    'application/x-www-form-urlencoded': { schema: ref(name) },
    'application/json': { schema: ref(name) },
    'text/plain': { schema: TEXT },
  },
})

/** `GET …/messages` in one form, or in all that `Accept` may choose from. */
function reading(suffix: string, forms: Form[], operationId: string, summary: string): Operation {
  return {
    operationId,
    summary,
    curl: suffix === '.events' ? { options: '-N' } : { query: '?limit=10' },
    parameters: [
      ROOM_PARAMETER,
      ...(suffix === '.events'
        ? READING.filter(({ name }) => name === 'after' || name === 'limit')
        : READING),
    ],
    responses: {
      200: { description: 'Messages, oldest first.', content: contentOf(forms) },
      ...(forms.includes('fragment') && { 204: { description: 'Nothing is newer.' } }),
      ...(suffix !== '.events' && { 304: UNCHANGED }),
      ...failing(NO_ROOM, REFUSED, OFTEN, UNREACHABLE),
      ...(suffix === '' && failing(NOT_ACCEPTABLE)),
    },
  }
}

const POST_ERRORS: [number, string][] = [
  [400, 'The body is not what its type says.'],
  NO_TOKEN,
  FOREIGN,
  NO_ROOM,
  [413, 'The body is too large.'],
  [415, 'The body is of a type that nothing can be said in.'],
  REFUSED,
  OFTEN,
  UNREACHABLE,
]

/** Who speaks may be anybody, and need prove nothing. */
const ANYBODY: Operation['security'] = [{}, { botToken: [] }, { moderatorKey: [] }]

const SAYING = {
  summary: 'Say something.',
  security: ANYBODY,
  requestBody: bodies('Saying'),
  curl: { options: "-c cookies -d screenname=tstone -d value='Hello World'" },
}

const messageAnswer = (description: string): Answers[string] => ({
  description,
  content: { 'application/json': { schema: ref('Message') } },
})

const GONE: [number, string] = [410, 'It was removed.']
const KEYED = '-H "Authorization: Bearer $MODERATOR_KEY"'

/** What moderators alone do: with the key as bearer, or signed in on a page. */
function moderating(operation: {
  operationId: string
  summary: string
  description?: string
  /** Of the body and of the answer, where there are any. */
  sends?: string
  answers?: string
  curl?: string
  about?: 'message'
}): Operation {
  const { sends, answers, curl, about, ...told } = operation
  const isRead = operation.operationId === 'readModeration'
  return {
    ...told,
    security: [{ moderatorKey: [] }],
    curl: { options: [KEYED, curl].filter(Boolean).join(' ') },
    parameters: [
      ROOM_PARAMETER,
      ...(about ? [ID_PARAMETER] : []),
      ...(isRead ? [inQuery('before', number(0, LAST_ID), 'Only what was done before.')] : []),
    ],
    ...(sends && { requestBody: bodies(sends) }),
    responses: {
      ...(answers
        ? { 200: { description: 'It is so.', content: contentOf(['json'], ref(answers)) } }
        : { 204: { description: 'It is done.' } }),
      303: { description: 'The same, to a browser.' },
      ...failing(...CHANGE_ERRORS, NOT_ACCEPTABLE),
    },
  }
}
const CHANGE_ERRORS: [number, string][] = [...POST_ERRORS, GONE]

/** All of it, by the paths of the routes. What people get as pages alone is not in it. */
export const OPERATIONS: Operations = {
  '/rooms/:room/messages.json': {
    get: reading(
      '.json',
      ['json'],
      'readMessages',
      'Read a room: its newest messages, or those after or before one.',
    ),
    post: {
      ...SAYING,
      operationId: 'say',
      parameters: [ROOM_PARAMETER, KEY_PARAMETER, IDENTITY_PARAMETER],
      responses: {
        201: {
          ...messageAnswer('It is said.'),
          headers: {
            Location: { schema: TEXT, description: 'The address of the message.' },
            RateLimit: { schema: TEXT, description: 'How many more may be said.' },
          },
        },
        ...failing(...POST_ERRORS),
      },
    },
  },
  '/rooms/:room/messages.events': {
    get: reading(
      '.events',
      ['events'],
      'followMessages',
      'Follow a room: what is said comes as it is said.',
    ),
  },
  '/rooms/:room/messages.txt': {
    get: reading('.txt', ['text'], 'readText', 'Read a room as plain text, one message a line.'),
  },
  '/rooms/:room/messages.yaml': {
    get: reading('.yaml', ['yaml'], 'readYaml', 'The same as JSON, as YAML.'),
  },
  '/rooms/:room/messages.atom': {
    get: reading('.atom', ['atom'], 'readFeed', 'Read a room as an Atom feed.'),
  },
  '/rooms/:room/messages.html': {
    get: reading('.html', ['fragment'], 'readFragment', 'Read a room as a piece of HTML.'),
    post: {
      ...SAYING,
      operationId: 'sayForFragment',
      parameters: [ROOM_PARAMETER, IDENTITY_PARAMETER],
      responses: {
        200: { description: 'It is said.', content: contentOf(['fragment']) },
        ...failing(...POST_ERRORS),
      },
    },
  },
  '/rooms/:room/messages': {
    get: reading(
      '',
      ['page', 'json', 'text', 'atom', 'yaml', 'events'],
      'readAccepted',
      'Read a room in the form that `Accept` asks for.',
    ),
    post: {
      ...SAYING,
      operationId: 'sayAccepted',
      parameters: [ROOM_PARAMETER, IDENTITY_PARAMETER],
      responses: {
        201: messageAnswer('It is said, to `Accept: application/json`.'),
        303: { description: 'It is said: the room is there.' },
        ...failing(...POST_ERRORS, NOT_ACCEPTABLE),
      },
    },
  },
  '/rooms/:room/messages/:id': {
    get: {
      operationId: 'readMessage',
      summary: 'Read one message.',
      curl: { options: "-H 'Accept: application/json'" },
      parameters: [ROOM_PARAMETER, ID_PARAMETER],
      responses: {
        200: {
          description: 'The message as it stands.',
          content: contentOf(['page', 'json'], ref('Message')),
        },
        304: UNCHANGED,
        ...failing(NO_ROOM, NOT_ACCEPTABLE, GONE, OFTEN, UNREACHABLE),
      },
    },
    patch: {
      operationId: 'revise',
      summary: 'Correct one’s own message, within ten minutes.',
      description:
        'One’s own is what was said with the same cookie, or by the same `sub` or token.',
      curl: { options: "-b cookies -H 'Accept: application/json' -d value=corrected" },
      security: ANYBODY,
      parameters: [ROOM_PARAMETER, ID_PARAMETER, IDENTITY_PARAMETER],
      requestBody: bodies('Correction'),
      responses: {
        200: messageAnswer('The message as it stands now.'),
        303: { description: 'It is corrected: the message is there.' },
        ...failing(...CHANGE_ERRORS, NOT_ACCEPTABLE),
      },
    },
    delete: {
      operationId: 'remove',
      summary: 'Remove one’s own message, within ten minutes; moderators any.',
      curl: { options: "-b cookies -H 'Accept: application/json'" },
      security: ANYBODY,
      parameters: [ROOM_PARAMETER, ID_PARAMETER, IDENTITY_PARAMETER],
      responses: {
        204: { description: 'It is removed.' },
        303: { description: 'It is removed: the room is there.' },
        ...failing(NO_TOKEN, FOREIGN, NO_ROOM, NOT_ACCEPTABLE, GONE, UNREACHABLE),
      },
    },
  },
  '/rooms/:room/moderation': {
    get: moderating({
      operationId: 'readModeration',
      summary: 'What holds in a room, who is muted there, and what moderators did.',
      answers: 'Moderation',
    }),
    post: moderating({
      operationId: 'rule',
      summary: 'Set what holds in a room: slow mode, read-only, a pinned notice.',
      sends: 'Ruling',
      answers: 'Rules',
      curl: "-d slow=0 -d notice='Be kind'",
    }),
  },
  '/rooms/:room/messages/:id/clearing': {
    post: moderating({
      operationId: 'sweep',
      summary: 'Remove all that the sender of a message said in its room.',
      answers: 'Swept',
      curl: '-X POST',
      about: 'message',
    }),
  },
  '/rooms/:room/messages/:id/muting': {
    post: moderating({
      operationId: 'mute',
      summary: 'Keep the sender of a message from speaking in its room.',
      description: 'By who they are, and for a day at the most by where they come from.',
      sends: 'Muting',
      curl: '-d for=hour',
      about: 'message',
    }),
  },
  '/rooms/:room/unmuting': {
    post: moderating({
      operationId: 'unmute',
      summary: 'Let an author speak again.',
      sends: 'Unmuting',
      curl: '-d author=$AUTHOR',
    }),
  },
  '/rooms/:room/clearing': {
    post: moderating({
      operationId: 'clear',
      summary: 'Take all messages of a room away.',
      sends: 'Clearing',
      curl: '-d sure=yes',
    }),
  },
  '/': {
    get: {
      operationId: 'readRooms',
      summary: 'The rooms lately spoken in, the latest first.',
      curl: { options: "-H 'Accept: application/json'" },
      responses: {
        200: { description: 'Rooms.', content: contentOf(['page', 'json'], ref('Rooms')) },
        304: UNCHANGED,
        ...failing(NOT_ACCEPTABLE, OFTEN, UNREACHABLE),
      },
    },
  },
  '/hooks/:token': {
    post: {
      operationId: 'postToHook',
      summary: 'Say what a tool made for Slack posts, in the one room that the address is for.',
      curl: { options: `-d '{"text":"Hello World"}'` },
      parameters: [{ name: 'token', in: 'path', required: true, schema: TEXT }, KEY_PARAMETER],
      requestBody: {
        required: true,
        content: {
          'application/json': { schema: ref('HookPost') },
          'application/x-www-form-urlencoded': {
            schema: {
              type: 'object',
              required: ['payload'],
              properties: { payload: { type: 'string', description: 'The same as JSON.' } },
            },
          },
        },
      },
      responses: plainly(
        [200, 'It is said: `ok`.'],
        [400, 'The body is no JSON.'],
        [403, 'Moderators do not let it.'],
        [404, 'The address is none, or no more.'],
        [413, 'The body is too large.'],
        [415, 'The body is compressed.'],
        REFUSED,
        OFTEN,
        UNREACHABLE,
      ),
    },
  },
  '/oembed': {
    get: {
      operationId: 'readOembed',
      summary: 'What the address of a room is shown as where it is pasted.',
      curl: { query: '?url=:base/rooms/lobby' },
      parameters: [
        { ...inQuery('url', TEXT, 'The address of a room’s page, as a whole.'), required: true },
        inQuery('maxwidth', number(1, MOST_PIXELS), 'So many pixels at the most.'),
        inQuery('maxheight', number(1, MOST_PIXELS), 'So many pixels at the most.'),
        inQuery('format', { type: 'string', enum: ['json'], default: 'json' }, 'JSON alone.'),
      ],
      responses: {
        200: { description: 'A frame.', content: contentOf(['json'], ref('Oembed')) },
        304: UNCHANGED,
        ...failing([404, 'It is no address of a room here.'], REFUSED, OFTEN, [
          501,
          'Another format was asked for.',
        ]),
      },
    },
  },
  '/api/identity': {
    get: {
      operationId: 'readIdentity',
      summary: 'Whom an identity means that a site has signed.',
      curl: { options: '-H "Chatbox-Identity: $IDENTITY"' },
      parameters: [{ ...IDENTITY_PARAMETER, required: true }],
      responses: {
        200: { description: 'Somebody.', content: contentOf(['json'], ref('Identity')) },
        304: UNCHANGED,
        ...failing(
          [401, 'It is signed by nobody known, or has run out.'],
          NOT_ACCEPTABLE,
          REFUSED,
          OFTEN,
        ),
      },
    },
  },
  '/api/latest-chat/:seconds': {
    get: {
      operationId: 'latestChat',
      summary: 'The address of 2009: what was said in the last so many seconds.',
      parameters: [
        { name: 'seconds', in: 'path', required: true, schema: number(0, LAST_ID) },
        inQuery('room', { type: 'string', pattern: ROOM.source, default: 'lobby' }, 'The room.'),
      ],
      responses: {
        200: {
          description: 'Messages, oldest first.',
          content: contentOf(['json', 'page'], ref('LatestChat')),
        },
        304: UNCHANGED,
        ...failing(NO_ROOM, NOT_ACCEPTABLE, REFUSED, OFTEN, UNREACHABLE),
      },
    },
  },
  '/openapi.json': {
    get: {
      operationId: 'readOpenApi',
      summary: 'This, as OpenAPI 3.1.',
      responses: {
        200: {
          description: 'The document.',
          content: { 'application/json': { schema: { type: 'object' } } },
        },
        304: UNCHANGED,
        ...failing(OFTEN),
      },
    },
  },
  '/healthz': {
    get: {
      operationId: 'healthz',
      summary: 'Whether the process is alive.',
      responses: plainly([200, 'ok']),
    },
  },
  '/readyz': {
    get: {
      operationId: 'readyz',
      summary: 'Whether the store answers.',
      responses: { ...plainly([200, 'ok']), ...failing(UNREACHABLE) },
    },
  },
  '/metrics': {
    get: {
      operationId: 'metrics',
      summary: 'Counts for Prometheus.',
      responses: plainly([200, 'Metrics.']),
    },
  },
}

function plainly(...statuses: [number, string][]): Answers {
  const content = { 'text/plain': { schema: TEXT } }
  return Object.fromEntries(
    statuses.map(([status, description]) => [status, { description, content }]),
  )
}

/** `/rooms/:room` as OpenAPI writes it: `/rooms/{room}`. */
const templated = (path: string) => path.replaceAll(/:(\w+)/g, '{$1}')

const BEARER = { type: 'http', scheme: 'bearer' }

function documentOf({ base, messageLength }: Site, origin: string) {
  const operations = Object.entries(OPERATIONS).map(([path, methods]) => [
    templated(path),
    Object.fromEntries(
      Object.entries(methods).map(([method, { curl, ...operation }]) => [method, operation]),
    ),
  ])
  const known = schemas(messageLength)
  return {
    openapi: '3.1.0',
    info: { title: 'Chatbox', version: '1', description: 'Rooms that people and scripts talk in.' },
    servers: [{ url: origin + base }],
    paths: Object.fromEntries(operations),
    webhooks: webhooksOf(known.Message as Schema, known.Rules as Schema),
    components: {
      schemas: known,
      securitySchemes: {
        botToken: { ...BEARER, description: 'What `bot add` printed for a program.' },
        moderatorKey: { ...BEARER, description: 'The `MODERATOR_KEY` of the server.' },
      },
    },
  }
}

/** `GET /openapi.json`. */
export function readOpenApi({ site, origin }: Parts): Handler {
  return (request) => answer('json', write(documentOf(site, origin ?? originOf(request))))
}

/** `GET /api`: the same for people, with a line of curl for each. */
export function readApi({ site, origin }: Parts): Handler {
  return async (request) => {
    const address = (origin ?? originOf(request)) + site.base
    const shown = Object.entries(OPERATIONS).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        ...operation,
        method: method.toUpperCase(),
        path: templated(path),
        curl: curlOf(method, path, operation, address),
      })),
    )
    return answer('page', await ApiPage({ site, operations: shown }))
  }
}

function curlOf(method: string, path: string, { curl }: Operation, address: string): string {
  const filled = path
    .replace(':room', 'lobby')
    .replace(':seconds', '3600')
    .replace(':id', '$ID')
    .replace(':token', '$TOKEN')
  const verb = method === 'get' || (method === 'post' && curl) ? '' : `-X ${method.toUpperCase()}`
  const { options = '', query = '' } = curl ?? {}
  return ['curl', verb, options, `"${address}${filled}${query.replace(':base', address)}"`]
    .filter(Boolean)
    .join(' ')
}
