/** Where a webhook may lead, and where it may not, however that is written. */
import { describe, expect, test } from 'bun:test'
import { BlockList } from 'node:net'
import fc from 'fast-check'
import { addressesOf, isPublic, Refused, targetIn } from '../src/webhooks/addresses.ts'

const nowhere = new BlockList()

/** As the command does at first, and each delivery again. */
const checked = async (text: string, allowed = nowhere) => addressesOf(targetIn(text), allowed)

describe('an address is refused:', () => {
  test.each([
    ...['http://127.0.0.1/', 'http://127.1/', 'http://0x7f.0.0.1/', 'http://0x7f000001/'],
    ...['http://2130706433/', 'http://017700000001/', 'http://0177.0.0.1/', 'http://127.0.0.1./'],
    ...[
      'http://①②⑦.0.0.1/',
      'http://127。0。0。1/',
      'http://%31%32%37.0.0.1/',
      'http://127.255.255.254/',
    ],
    ...[
      'http://0/',
      'http://0.0.0.0/',
      'http://0.1.2.3/',
      'http://255.255.255.255/',
      'http://[::]/',
    ],
    ...['http://10.0.0.1/', 'http://172.16.0.1/', 'http://172.31.255.255/', 'http://192.168.1.1/'],
    ...[
      'http://169.254.169.254/latest/meta-data/',
      'http://0xa9fea9fe/',
      'http://100.100.100.200/',
    ],
    ...['http://100.64.0.1/', 'http://168.63.129.16/', 'http://192.0.0.192/', 'http://198.18.0.1/'],
    ...['http://192.0.2.1/', 'http://198.51.100.1/', 'http://203.0.113.1/', 'http://192.88.99.1/'],
    ...['http://224.0.0.1/', 'http://239.255.255.255/', 'http://240.0.0.1/'],
    ...[
      'http://[::1]/',
      'http://[0:0:0:0:0:0:0:1]/',
      'http://[::127.0.0.1]/',
      'http://[::8.8.8.8]/',
    ],
    ...['http://[::ffff:127.0.0.1]/', 'http://[::ffff:a9fe:a9fe]/', 'http://[::ffff:8.8.8.8]/'],
    ...['http://[64:ff9b::7f00:1]/', 'http://[64:ff9b::8.8.8.8]/', 'http://[64:ff9b:1::a00:1]/'],
    ...['http://[2002:7f00:1::]/', 'http://[2002:808:808::]/', 'http://[2001:0:7f00:1::]/'],
    ...['http://[fe80::1]/', 'http://[febf::1]/', 'http://[fec0::1]/', 'http://[fc00::1]/'],
    ...[
      'http://[fd00:ec2::254]/',
      'http://[ff02::1]/',
      'http://[2001:db8::1]/',
      'http://[3fff::1]/',
    ],
    ...['http://[100::1]/', 'http://[4000::1]/', 'http://[5f00::1]/', 'http://localhost/'],
    ...['https://127.0.0.1:8443/', 'http://8.8.8.8@127.0.0.1/', 'http://127.0.0.1\\@8.8.8.8/'],
    ...['ftp://8.8.8.8/', 'file:///etc/passwd', 'gopher://8.8.8.8/', 'unix:/run/x', 'javascript:1'],
    ...[
      '8.8.8.8',
      '//8.8.8.8/',
      '',
      'http://',
      'http:///',
      'http://user@8.8.8.8/',
      'http://:x@8.8.8.8/',
    ],
    ...['http://8.8.8.8/#part', 'http://[fe80::1%25eth0]/', 'http://[::1', 'http://8.8.8.8:99999/'],
  ])('%s', async (text) => {
    await expect((async () => checked(text))()).rejects.toThrow(Refused)
  })
})

test.each([
  ...[
    'https://8.8.8.8/',
    'http://1.1.1.1:8080/hook?a=b',
    'http://172.32.0.1/',
    'http://100.128.0.1/',
  ],
  ...['https://[2606:4700:4700::1111]/', 'http://[2a00:1450:4001::1]:81/', 'http://134744072/'],
])('%s is taken', async (text) => {
  expect(await checked(text)).toHaveLength(1)
})

test('a network of the settings may be led to, however an address in it is written, and no other', async () => {
  const allowed = new BlockList()
  allowed.addSubnet('127.0.0.0', 8)
  allowed.addSubnet('fd00::', 8, 'ipv6')
  for (const text of ['http://127.0.0.1/', 'http://2130706433/', 'http://[fd00::1]/'])
    expect(await checked(text, allowed)).toHaveLength(1)
  for (const text of ['http://10.0.0.1/', 'http://[fc00::1]/', 'http://[::1]/'])
    expect(checked(text, allowed)).rejects.toThrow('neither public')
})

test('a host is refused where any of its addresses is', async () => {
  const at = (...addresses: string[]) =>
    addressesOf(targetIn('https://example.org'), nowhere, async () =>
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  expect(await at('8.8.8.8', '2606:4700:4700::1111')).toHaveLength(2)
  for (const address of ['10.0.0.1', '::1', '::ffff:8.8.8.8', 'fe80::1%eth0', 'nonsense', ''])
    await expect(at('8.8.8.8', address)).rejects.toThrow('neither public')
})

test('no IPv6 form of any IPv4 address is public, and an IPv4 address is by its number alone', () => {
  fc.assert(
    fc.property(fc.ipV4(), (v4) => {
      const [a = 0, b = 0, c = 0, d = 0] = v4.split('.').map(Number)
      const [high, low] = [(a * 256 + b).toString(16), (c * 256 + d).toString(16)]
      for (const form of [`::ffff:${v4}`, `::${high}:${low}`, `64:ff9b::${high}:${low}`])
        expect([form, isPublic(form)]).toEqual([form, false])
      expect(isPublic(`2002:${high}:${low}::1`)).toBe(false)
      const isLocal = [0, 10, 127].includes(a) || a >= 224 || (a === 192 && b === 168)
      if (isLocal) expect([v4, isPublic(v4)]).toEqual([v4, false])
    }),
  )
})
