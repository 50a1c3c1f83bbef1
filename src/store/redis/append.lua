-- Appends messages, each once for its idempotency key, and not faster than its client may.
-- KEYS[5] senders  sorted set: score = id of a message, member = 'ID NETWORK' it was said from, for a day
-- KEYS[6], KEYS[7] hashes of the keys that were used, for even days by Redis's clock and for odd ones:
--         a message's key → 'ID PRINT'; 'day' = the day that the hash is of
-- KEYS[i + 7] the i-th message's client's: when the messages said so far are made up for
-- ARGV[3] microseconds a key holds: a day; then seven for each message: it as JSON, without an id and the first brace
--         its key, '' without one   print of the text   messages a minute, 0 without a limit   its author, '' for one who
--         is held to nothing, '-' for none   network, '' where it is not told   '1' where its author said it just now
-- Answers what was told, '' where nothing was said; then for each message { 'said', ID, microseconds until its client's
-- bucket is full again }, the last '' without a limit; { 'used', ID, PRINT } of what the key was used for before; or
-- { 'again' }, { 'wait', microseconds }, or as terms.lua has it.
local answers, told, members, asked, senders = { '' }, {}, {}, { 'day' }, {}
local holds = tonumber(ARGV[3])
local day = math.floor(now / holds)
local today, other = KEYS[6 + day % 2], KEYS[7 - day % 2]
for at = 5, #ARGV - 1, 7 do
  if ARGV[at] ~= '' then asked[#asked + 1] = ARGV[at] end
end

-- A key that was used in the last day was used on this one or the one before.
local used, uses, is_new = {}, {}, false
if #asked > 1 then
  for _, hash in ipairs({ other, today }) do
    local found = redis.call('HMGET', hash, unpack(asked))
    for i = 2, #asked do
      if found[i] and string.match(found[i], '^%d+') + holds > now then used[asked[i]] = found[i] end
    end
    is_new = tonumber(found[1] or -1) < day -- in the end today's
  end
end

local function append(client, rest, key, print, per_minute, author, network, is_again)
  if used[key] then
    -- Written again as it is: where replicas are waited for, the repeat waits for what it repeats.
    uses[#uses + 1] = key
    uses[#uses + 1] = used[key]
    return { 'used', string.match(used[key], '^(%d+) (.*)$') }
  end
  if is_again == '1' then return { 'again' } end
  local why = author ~= '' and denied(author, network)
  if why then return why end
  local held = wait(client, tonumber(per_minute))
  if held then return { 'wait', held } end

  local id = next_id()
  local entry = '{"id":"' .. id .. '",' .. rest
  members[#members + 1] = id
  members[#members + 1] = entry
  told[#told + 1] = id .. ' ' .. entry
  if network ~= '' then
    senders[#senders + 1] = id
    senders[#senders + 1] = id .. ' ' .. network
  end
  if key ~= '' then
    used[key] = id .. ' ' .. print
    uses[#uses + 1] = key
    uses[#uses + 1] = used[key]
  end
  return { 'said', id, dues[client] and text(math.ceil(dues[client] - now)) or '' }
end

for i = 1, #KEYS - 7 do
  answers[i + 1] = append(KEYS[i + 7], unpack(ARGV, 7 * i - 3, 7 * i + 3))
end
if #senders > 0 then
  redis.call('ZREMRANGEBYSCORE', KEYS[5], '-inf', text(now - DAY))
  redis.call('ZADD', KEYS[5], unpack(senders))
  redis.call('EXPIRE', KEYS[5], DAY / 1000000)
end
if #uses > 0 then
  if is_new then
    -- What it holds is two days old. Unlinked, it is freed in the background; where nobody speaks, it runs out later.
    redis.call('UNLINK', today)
    redis.call('HSET', today, 'day', day)
    redis.call('EXPIRE', today, math.ceil(3 * holds / 1000000))
  end
  redis.call('HSET', today, unpack(uses))
end
if #told > 0 then
  redis.call('ZADD', log, unpack(members))
  messages = messages + #told
  answers[1] = settle(told)
end
return answers
