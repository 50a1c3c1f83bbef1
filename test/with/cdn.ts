/** A network in which htmx comes from a CDN, as pages of other sites have it. */
import type { Page } from 'playwright-core'

export const CDN = 'https://cdn.jsdelivr.net/npm/htmx.org@4.0.1/dist'

/** Answers what a tab asks of the CDN with the package that is installed. */
export const serveCdn = (tab: Page) =>
  tab.route(`${CDN}/**`, (route) =>
    route.fulfill({
      path: Bun.resolveSync(route.request().url().replace(CDN, 'htmx.org/dist'), import.meta.dir),
    }),
  )
