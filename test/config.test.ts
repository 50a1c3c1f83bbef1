import { describe, expect, test } from 'bun:test'
import { BlockList } from 'node:net'
import { ConfigError, readConfig } from '../src/config.ts'

test('without settings, everything has its documented value', () => {
  expect(readConfig({})).toEqual({
    port: 3000,
    host: '127.0.0.1',
    workers: 1,
    redisUrl: undefined,
    wait: 0,
    sqlitePath: 'chatbox.sqlite',
    publicUrl: undefined,
    keep: { messages: 10_000, days: 90 },
    messageLength: 1000,
    pollSeconds: 5,
    perMinute: 30,
    readsPerMinute: 3000,
    roomsPerHour: 600,
    tailBytes: 64 * 2 ** 20,
    trustedProxies: new BlockList(),
    embedOrigins: [],
    webhookNetworks: new BlockList(),
    identityKeys: [],
    memberRooms: [],
    reservedNames: ['moderator', 'mod', 'administrator', 'admin', 'system'],
  })
  expect(readConfig({ PORT: '', REDIS_URL: '' })).toEqual(readConfig({}))
})

test('each setting is taken', () => {
  const env = {
    PORT: '0',
    HOST: '0.0.0.0',
    WORKERS: '4',
    REDIS_URL: 'rediss://user:secret@redis.example:6380/1',
    WAIT: '1',
    SQLITE_PATH: '/tmp/x.sqlite',
    PUBLIC_URL: 'https://chat.example/talk/',
    KEEP_MESSAGES: '100',
    KEEP_DAYS: '7',
    MESSAGE_LENGTH: '280',
    POLL_SECONDS: '2',
    POSTS_PER_MINUTE: '0',
    READS_PER_MINUTE: '600',
    ROOMS_PER_HOUR: '10',
    TRUSTED_PROXIES: '10.0.0.0/8,::1, 192.0.2.7',
    WEBHOOK_NETWORKS: '127.0.0.0/8',
    MODERATOR_KEY: 'sixteen letters!',
    RESERVED_NAMES: 'Moderator, The Team',
    EMBED_ORIGINS: 'https://www.example, https://Blog.example:443/,http://[::1]:8080',
    IDENTITY_KEYS: `${'a'.repeat(32)}, ${'b'.repeat(40)}`,
    MEMBER_ROOMS: 'lobby, staff-only',
  }
  const config = readConfig(env)
  for (const proxy of ['10.9.9.9', '192.0.2.7'])
    expect(config.trustedProxies.check(proxy)).toBe(true)
  expect(config.trustedProxies.check('::1', 'ipv6')).toBe(true)
  expect(config.trustedProxies.check('192.0.2.8')).toBe(false)
  expect(config.webhookNetworks.check('127.9.9.9')).toBe(true)
  expect(config.webhookNetworks.check('10.9.9.9')).toBe(false)
  expect(config.publicUrl?.href).toBe(env.PUBLIC_URL)
  expect(config).toMatchObject({
    port: 0,
    host: '0.0.0.0',
    workers: 4,
    redisUrl: env.REDIS_URL,
    wait: 1,
    sqlitePath: env.SQLITE_PATH,
    keep: { messages: 100, days: 7 },
    messageLength: 280,
    pollSeconds: 2,
    perMinute: 0,
    readsPerMinute: 600,
    roomsPerHour: 10,
    moderatorKey: 'sixteen letters!',
    reservedNames: ['Moderator', 'The Team'],
    embedOrigins: ['https://www.example', 'https://blog.example', 'http://[::1]:8080'],
    identityKeys: ['a'.repeat(32), 'b'.repeat(40)],
    memberRooms: ['lobby', 'staff-only'],
  })
  expect(readConfig({ EMBED_ORIGINS: ' * ' }).embedOrigins).toEqual(['*'])
  expect(readConfig({ MEMBER_ROOMS: ' * ' }).memberRooms).toEqual(['*'])
})

test('a Redis Cluster is some of its nodes', () => {
  for (const REDIS_URL of [
    'redis+cluster://localhost',
    'redis+cluster://me:p%40ss@one:7000,two:7001/',
    'rediss+cluster://[::1]:7000/0',
  ])
    expect(readConfig({ REDIS_URL })).toMatchObject({ redisUrl: REDIS_URL })
})

describe('a wrong setting is refused in one line that names it:', () => {
  test.each([
    ['PORT', 'abc'],
    ['PORT', '65536'],
    ['PORT', '1.5'],
    ['PORT', '70000'],
    ['REDIS_URL', 'localhost'],
    ['REDIS_URL', 'http://localhost'],
    ['REDIS_URL', 'redis+cluster://'],
    ['REDIS_URL', 'redis+cluster://one:1,two:x'],
    ['REDIS_URL', 'redis+cluster://one:1,,two:2'],
    ['REDIS_URL', 'redis+cluster://one:1/1'],
    ['REDIS_URL', 'redis://one:1,two:2'],
    ['WAIT', 'yes'],
    ['WORKERS', '0'],
    ['WORKERS', 'all'],
    ['SECRET', 'fifteen letters'],
    ['MODERATOR_KEY', 'fifteen letters'],
    ['WAIT', '11'],
    ['REDIS_URL', 'redis:localhost'],
    ['REDIS_URL', 'redis://localhost/abc'],
    ['REDIS_URL', 'redis://me:100%@localhost'],
    ['REDIS_URL', 'redis://me:p%E4ss@localhost'],
    ['PUBLIC_URL', 'chat.example'],
    ['PUBLIC_URL', 'nonsense'],
    ['PUBLIC_URL', 'ftp://chat.example'],
    ['PUBLIC_URL', 'https://chat.example/?a=b'],
    ['PUBLIC_URL', 'https://chat.example/:chat'],
    ['KEEP_MESSAGES', '0'],
    ['KEEP_DAYS', '-1'],
    ['KEEP_DAYS', '0'],
    ['MESSAGE_LENGTH', '1e3'],
    ['MESSAGE_LENGTH', '-1'],
    ['POLL_SECONDS', ' 5'],
    ['POLL_SECONDS', 'x'],
    ['POSTS_PER_MINUTE', '-1'],
    ['TRUSTED_PROXIES', 'proxy.example'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TRUSTED_PROXIES', '::1/129'],
    ['TRUSTED_PROXIES', '10.0.0.1,,10.0.0.2'],
    ['WEBHOOK_NETWORKS', 'localhost'],
    ['WEBHOOK_NETWORKS', '10.0.0.0/-1'],
    ['EMBED_ORIGINS', 'www.example'],
    ['EMBED_ORIGINS', 'https://www.example/page'],
    ['EMBED_ORIGINS', 'https://me@www.example'],
    ['EMBED_ORIGINS', 'ftp://www.example'],
    ['EMBED_ORIGINS', 'null'],
    ['EMBED_ORIGINS', "'unsafe-inline'"],
    ['EMBED_ORIGINS', 'https://www.example;script-src'],
    ['EMBED_ORIGINS', 'https://*.example'],
    ['EMBED_ORIGINS', 'https://www.example,'],
    ['EMBED_ORIGINS', '*,https://www.example'],
    ['IDENTITY_KEYS', 'x'.repeat(31)],
    ['IDENTITY_KEYS', `${'x'.repeat(32)},`],
    ['MEMBER_ROOMS', 'The lobby'],
    ['MEMBER_ROOMS', 'lobby,'],
    ['MEMBER_ROOMS', 'lobby,*'],
    ['MEMBER_ROOMS', '-lobby'],
  ])('%s=%s', (name, text) => {
    const read = () => readConfig({ [name]: text })
    expect(read).toThrow(ConfigError)
    expect(read).toThrow(new RegExp(`^${name} .*$`))
  })
})

test('a key that is too short is not repeated', () => {
  const read = () => readConfig({ IDENTITY_KEYS: `${'x'.repeat(32)},secret` })
  expect(read).toThrow(ConfigError)
  expect(read).not.toThrow('secret')
})

test('a password in a wrong address is not repeated', () => {
  for (const REDIS_URL of [
    '//me:secret@host',
    'http://me:secret@host',
    'redis://me:secret%@host',
  ]) {
    const read = () => readConfig({ REDIS_URL })
    expect(read).toThrow(ConfigError)
    expect(read).not.toThrow('secret')
  }
})
