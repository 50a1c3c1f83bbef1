-- Keeps an author, and whoever comes from where they do, from speaking in the room, or no longer; forgets whose time is up.
-- KEYS[4] what moderators did   KEYS[5] senders, as append.lua has them
-- ARGV[3] the author   ARGV[4] their name   ARGV[5] id of a message of theirs, '' for none   ARGV[6] for how many
--         microseconds, 0 to let them speak again   ARGV[7] how much of what moderators did is kept   ARGV[8] what to write there
local author, lasts, found = ARGV[3], tonumber(ARGV[6]), redis.call('HGETALL', decided)
local senders = ARGV[5] ~= '' and redis.call('ZRANGE', KEYS[5], ARGV[5], ARGV[5], 'BYSCORE') or {}
record(KEYS[4], ARGV[7], ARGV[8])
for i = 1, #found, 2 do
  local ends, of = string.match(found[i + 1], '^(%d+) (.*)$')
  if ends and (tonumber(ends) <= now or lasts == 0 and (found[i] == author or of == author)) then
    redis.call('HDEL', decided, found[i])
  end
end
if lasts == 0 then return end
redis.call('HSET', decided, author, text(math.min(now + lasts, 9007199254740991)) .. ' ' .. ARGV[4])
for _, sender in ipairs(senders) do
  -- The hash is another tomorrow.
  local ends = text(now + math.min(lasts, 86400000000))
  redis.call('HSET', decided, 'network ' .. string.match(sender, ' (.*)$'), ends .. ' ' .. author)
end
