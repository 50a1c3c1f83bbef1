-- Puts a new value in a message's place and appends the revision; an earlier one of it gives way.
-- ARGV[3] id of the message   ARGV[4] the new value
-- Answers what was told, or '' where there is no such message.
local member = message(ARGV[3])
if not member then return '' end
local id = next_id()
local revised = cjson.decode(member)
revised.value, revised.revised = ARGV[4], id
redis.call('ZREM', log, member)
local message = cjson.encode(revised)
redis.call('ZADD', log, ARGV[3], message, id, 'revised ' .. ARGV[3])
return settle({ id .. ' revised ' .. message })
