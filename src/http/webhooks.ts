/** What webhooks are told (`src/webhooks/events.ts`), as OpenAPI 3.1 has it. */
import { ROOM } from '../chat/chat.ts'

type Schema = Record<string, unknown>

const TEXT: Schema = { type: 'string' }
const TIME: Schema = { type: 'string', format: 'date-time' }
const ID: Schema = { $ref: '#/components/schemas/Id' }

const HEADERS = [
  ['webhook-id', 'The same whenever it is sent again.'],
  ['webhook-timestamp', 'When it was sent, in seconds since 1970.'],
  ['webhook-signature', '`v1,` and an HMAC-SHA256 in base64, as Standard Webhooks has it.'],
].map(([name, description]) => ({ name, in: 'header', required: true, schema: TEXT, description }))

const RESPONSES = {
  '2XX': { description: 'It is taken.' },
  410: { description: 'The webhook is given up.' },
  default: { description: 'It is sent again later.' },
}

type Told = { required: string[]; properties: Schema }

/** By the type of event; `message` is what a message is in JSON, and `rules` what moderators decided. */
export function webhooksOf(message: Schema, rules: Schema): Record<string, Schema> {
  const told = message as Told
  const lost = {
    required: ['after', 'detail'],
    properties: { after: { ...ID, description: 'Up to here it was told.' }, detail: TEXT },
  }
  return {
    'message.said': webhook('message.said', 'Something was said.', told),
    'message.revised': webhook('message.revised', 'A message was corrected.', told),
    'message.removed': webhook('message.removed', 'A message was removed.', {
      required: ['id'],
      properties: { id: ID },
    }),
    'room.ruled': webhook('room.ruled', 'Moderators decided what holds now.', rules as Told),
    'room.cleared': webhook('room.cleared', 'A moderator emptied the room.', {
      required: [],
      properties: {},
    }),
    'room.missed': webhook('room.missed', 'Something was trimmed away before it was told.', lost),
    'room.reset': webhook('room.reset', 'The room lost its data, or an older copy is back.', lost),
  }
}

function webhook(type: string, summary: string, { required, properties }: Told): Schema {
  const data = {
    type: 'object',
    required: ['room', ...required],
    properties: { room: { type: 'string', pattern: ROOM.source }, ...properties },
    additionalProperties: false,
  }
  const schema = {
    type: 'object',
    required: ['type', 'timestamp', 'data'],
    properties: { type: { const: type }, timestamp: TIME, data },
    additionalProperties: false,
  }
  return {
    post: {
      summary,
      parameters: HEADERS,
      requestBody: { required: true, content: { 'application/json': { schema } } },
      responses: RESPONSES,
    },
  }
}
