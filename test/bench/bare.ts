/** What everything is measured against: Bun's own server, which answers the same to all. */
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: () => new Response(null, { status: 204 }),
})
console.log(`Bare is at ${server.url},`)
