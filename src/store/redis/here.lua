-- Takes a server's word on how many pages it has open in the room, and forgets those that hold no longer.
-- KEYS[1] hash: server → 'PAGES UNTIL', in microseconds since 1970
-- ARGV[1] the server   ARGV[2] its pages   ARGV[3] microseconds its word holds
-- Answers the sum of all words that hold.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local pages, till = tonumber(ARGV[2]), now + tonumber(ARGV[3])
if pages > 0 then
  redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f %.0f', pages, till))
else
  redis.call('HDEL', KEYS[1], ARGV[1])
end

local sum, last = 0, now
local words = redis.call('HGETALL', KEYS[1])
for i = 1, #words, 2 do
  local said, holds = string.match(words[i + 1], '^(%d+) (%d+)$')
  if said and tonumber(holds) > now then
    sum, last = sum + said, math.max(last, tonumber(holds))
  else
    redis.call('HDEL', KEYS[1], words[i])
  end
end
redis.call('PEXPIRE', KEYS[1], math.ceil((last - now) / 1000))
return sum
