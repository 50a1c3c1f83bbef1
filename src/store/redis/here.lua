-- Takes polls of the room that a server saw, and counts the pages that they keep open.
-- KEYS[1] hash: a slot of time → by how many pages it differs from the slot before it
--         'from' = the first slot that is kept so, 'before' = the pages of the one before it
-- ARGV[1] microseconds in a slot; then three for polls of one moment: microseconds ago   microseconds from there until
--         their pages poll again   how many they are
-- Answers the most pages that any of the last three slots had, the present one among them.
-- A poll adds to each slot as much of it as it covers. That changes two slots where it begins and two where it ends,
-- however many are between.
local slot = tonumber(ARGV[1])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local from = math.floor(now / slot) - 2

local function text(i) return string.format('%.0f', i) end

-- What a field holds, 0 where there is none; nil where another program wrote it.
local function number(field)
  local n = tonumber(field or 0)
  return n and n - n == 0 and n or nil -- infinity is none, either
end

-- Begins anew where nobody told anything for a thousand slots, or the clock went back.
local known = redis.call('HMGET', KEYS[1], 'from', 'before')
local since, before = number(known[1]), number(known[2])
if not (since and before) or since > from or from - since > 1000 then
  redis.call('DEL', KEYS[1])
  since, before = from, 0
end

local changes, last = {}, now
local function add(i, pages)
  if i < from then before = before + pages else changes[i] = (changes[i] or 0) + pages end
end
-- From this time on there are so many pages more: for a part of its slot, and for all of those after it.
local function change(at, pages)
  local i = math.floor(at / slot)
  local gone = at / slot - i
  add(i, pages * (1 - gone))
  add(i + 1, pages * gone)
end
for i = 2, #ARGV, 3 do
  local at, pages = now - ARGV[i], tonumber(ARGV[i + 2])
  local till = at + ARGV[i + 1]
  change(at, pages)
  change(till, -pages)
  last = math.max(last, till)
end

local slots, over = {}, {}
for i = since, from + 2 do table.insert(slots, text(i)) end
for i in pairs(changes) do
  if i > from + 2 then table.insert(slots, text(i)) end
end
for n, field in ipairs(redis.call('HMGET', KEYS[1], unpack(slots))) do
  local i = tonumber(slots[n])
  add(i, number(field) or 0)
  if i < from then table.insert(over, slots[n]) end
end
if #over > 0 then redis.call('HDEL', KEYS[1], unpack(over)) end

local fields = { 'from', text(from), 'before', string.format('%.17g', before) }
for i, pages in pairs(changes) do
  table.insert(fields, text(i))
  table.insert(fields, string.format('%.17g', pages))
end
redis.call('HSET', KEYS[1], unpack(fields))
local rest = math.ceil((last + 3 * slot - now) / 1000)
redis.call('PEXPIRE', KEYS[1], rest, 'NX')
redis.call('PEXPIRE', KEYS[1], rest, 'GT')

local pages, most = before, 0
for i = from, from + 2 do
  pages = pages + changes[i]
  most = math.max(most, pages)
end
return math.floor(most + 0.5)
