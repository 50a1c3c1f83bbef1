/** What a server logs of its store's outages. */
import { expect } from 'bun:test'
import type { Server } from './server.ts'

export const kindsIn = ({ logged }: Server) => logged('store unreachable').map(({ kind }) => kind)

/** Each outage stands in the log once, however many it hurt; faults that follow soon may be one. */
export function expectTold(server: Server, kinds: string[], faults = kinds.length): void {
  const told = kindsIn(server)
  expect(told.filter((kind, i) => kind !== told[i - 1])).toEqual(kinds)
  expect(told.length).toBeLessThanOrEqual(faults)
}
