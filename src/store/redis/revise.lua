-- Puts a new value in a message's place and appends the revision; an earlier one of it gives way.
-- ARGV[3] id of the message   ARGV[4] the new value
-- Answers 1, or 0 where there is no such message.
local member = message(ARGV[3])
if not member then return 0 end
local id = next_id()
local revised = cjson.decode(member)
revised.value, revised.revised = ARGV[4], id
redis.call('ZREM', log, member)
redis.call('ZADD', log, ARGV[3], cjson.encode(revised), id, 'revised ' .. ARGV[3])
settle()
return 1
