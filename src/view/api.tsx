/** What scripts may ask, for people to read: a line of curl for each. */
import { Plain } from './document.tsx'
import type { Site } from './site.ts'
import { en } from './words/en.ts'

type Shown = {
  operationId: string
  method: string
  path: string
  summary: string
  description?: string
  curl: string
  parameters?: Record<string, unknown>[]
  responses: Record<string, { description: string }>
}

/** Descriptions in the document are Markdown. */
const plain = (text: string) => text.replaceAll('`', '')

/** In English, as addresses and names of fields are. */
export function ApiPage({ site, operations }: { site: Site; operations: Shown[] }) {
  return (
    <Plain site={site} words={en} title="Chatbox for scripts">
      <header>
        <h1>Chatbox for scripts</h1>
        <nav aria-label={en.rooms}>
          <a href={`${site.base}/`} safe>
            {en.allRooms}
          </a>
        </nav>
      </header>
      <main class="page api">
        <p>
          The same as <a href={`${site.base}/openapi.json`}>OpenAPI 3.1</a>. A room is named in the
          address; it exists once spoken in. Each answer to a reader has a cursor, and a link to go
          on from it: who follows it gets every message once. A bot says who it is by{' '}
          <code>Authorization: Bearer TOKEN</code> with what it says, corrects and removes.
        </p>
        {operations.map((operation) => (
          <Operation {...operation} />
        ))}
      </main>
    </Plain>
  )
}

function Operation({ operationId, method, path, summary, description, curl, ...more }: Shown) {
  const { parameters = [], responses } = more
  return (
    <section id={operationId}>
      <h2>
        <code safe>{`${method} ${path}`}</code>
      </h2>
      <p safe>{plain([summary, description].filter(Boolean).join(' '))}</p>
      <pre tabindex="0">
        <code safe>{curl}</code>
      </pre>
      <dl>
        {parameters
          .filter(({ description }) => description)
          .map(({ name, description }) => (
            <>
              <dt>
                <code safe>{String(name)}</code>
              </dt>
              <dd safe>{plain(String(description))}</dd>
            </>
          ))}
        {Object.entries(responses).map(([status, { description }]) => (
          <>
            <dt safe>{status}</dt>
            <dd safe>{plain(description)}</dd>
          </>
        ))}
      </dl>
    </section>
  )
}
