/**
 * `npm run bench`: all benchmarks, one after another, on real stores. What they measure is time, so this is no test of the
 * suite. `ROUNDS` (5), `SECONDS` (2, a measurement), `LENGTH` (10000, messages in a room) and `PAGES` (15000, the largest
 * crowd) may be set; below two seconds pages poll more often than every five.
 */
import { ensurePrograms } from '../with/programs.ts'

ensurePrograms({ 'redis-server': 'redis-server', wrk: 'wrk' })
await import('./table.ts')
await import('./figures.ts')
await import('./curves.ts')
await import('./evenings.ts')
await import('./capacity.ts')
