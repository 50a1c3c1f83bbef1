-- Lists the rooms lately spoken in, the latest first, and forgets those in which nobody spoke for too long.
-- KEYS[1] sorted set: score = id of the last message, member = the room
-- ARGV[1] microseconds that messages are kept   ARGV[2] how many rooms at the most
-- Answers { room, score, room, score, … }.
local time = redis.call('TIME')
local oldest = time[1] * 1000000 + time[2] - tonumber(ARGV[1])
-- Where Redis takes no writes just now, they are left out all the same.
redis.pcall('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('(%.0f', oldest))
return redis.call('ZRANGE', KEYS[1], '+inf', string.format('%.0f', oldest), 'BYSCORE', 'REV', 'LIMIT', 0, ARGV[2], 'WITHSCORES')
