-- Makes a server the one that delivers to webhooks, and keeps what it notes of them.
-- KEYS[1] the server that delivers, until its lease is over
-- KEYS[2] hash: a webhook → what is noted of it
-- ARGV[1] the server   ARGV[2] milliseconds of its lease, 0 to give it back; then two for each webhook: it
--         what is noted, '' to forget it
-- Answers 1, or 0 where another server delivers, and nothing was done.
local leader = redis.call('GET', KEYS[1])
if leader and leader ~= ARGV[1] then return 0 end
if ARGV[2] == '0' then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
for i = 3, #ARGV, 2 do
  if ARGV[i + 1] == '' then
    redis.call('HDEL', KEYS[2], ARGV[i])
  else
    redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1])
  end
end
return 1
