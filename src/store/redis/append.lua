-- Appends a message, once for each idempotency key, and not faster than its client may.
-- KEYS[3] the key's own place: 'ID PRINT'   KEYS[4] the client's: when the messages said so far are made up for
-- ARGV[3] screenname   ARGV[4] value   ARGV[5] author, '' where none is known
-- ARGV[6] print of the text, '' without a key   ARGV[7] seconds it holds   ARGV[8] messages a minute, 0 without a limit
-- Answers { 'said', what was told }, { 'used', ID, PRINT } of what the key was used for before, or
-- { 'wait', microseconds }.
if ARGV[6] ~= '' then
  local used = redis.call('GET', KEYS[3])
  if used then return { 'used', string.match(used, '^(%d+) (.*)$') } end
end

-- A token bucket that holds a minute's messages, kept as the time at which it is empty again (the generic cell
-- rate algorithm, ITU-T I.371). It never holds more, even where the clock went back.
local per_minute = tonumber(ARGV[8])
if per_minute > 0 then
  local full = now + 60000000
  local known = tonumber(redis.call('GET', KEYS[4]) or now)
  local due = math.min(math.max(known, now), full) + 60000000 / per_minute
  if due > full then return { 'wait', text(math.ceil(due - full)) } end
  redis.call('SET', KEYS[4], text(due), 'PX', math.ceil((due - now) / 1000))
end

local id = next_id()
local said = { id = id, screenname = ARGV[3], value = ARGV[4] }
if ARGV[5] ~= '' then said.author = ARGV[5] end
local entry = cjson.encode(said)
redis.call('ZADD', log, id, entry)
messages = messages + 1
if ARGV[6] ~= '' then redis.call('SET', KEYS[3], id .. ' ' .. ARGV[6], 'EX', ARGV[7]) end
return { 'said', settle(entry) }
