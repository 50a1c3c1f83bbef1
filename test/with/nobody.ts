/** Who proves to be somebody by what proves nothing. */
import { expect } from 'bun:test'
import type { Store } from '../../src/chat/store.ts'
import { freshRoom } from './stores.ts'
import { type Ask, openVisitor } from './visitor.ts'

/**
 * Whoever sends these headers says, corrects and removes nothing where somebody else said something: it is a 401 in the
 * words told, after the challenge. `headersBeside`: what is sent, where it is known who said it.
 */
export async function expectNobody(
  { ask, store }: { ask: Ask; store: Pick<Store, 'stand'> },
  headersBeside: (person: ReturnType<typeof openVisitor>) => Record<string, string>,
  challenge: string,
  told: RegExp,
): Promise<void> {
  const room = freshRoom()
  const person = openVisitor(ask)
  const { id } = await person.say(room, 'hello')
  const before = await store.stand(room)
  for (const [method, path] of [
    ['POST', `/rooms/${room}/messages`],
    ['PATCH', `/rooms/${room}/messages/${id}`],
    ['DELETE', `/rooms/${room}/messages/${id}`],
  ] as const) {
    const answer = await ask(path, {
      method,
      headers: headersBeside(person),
      ...(method !== 'DELETE' && { body: new URLSearchParams({ screenname: 'Ann', value: 'b' }) }),
    })
    expect([method, answer.status]).toEqual([method, 401])
    expect(answer.headers.get('www-authenticate')).toBe(challenge)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.headers.getSetCookie()).toEqual([])
    expect((await answer.json()).detail).toMatch(told)
  }
  expect(await store.stand(room)).toEqual(before)
}
