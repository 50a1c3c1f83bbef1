-- Takes a message and its revision away and appends the removal.
-- ARGV[3] id of the message
-- Answers 1, or 0 where there is no such message.
local member = message(ARGV[3])
if not member then return 0 end
redis.call('ZREM', log, member, 'revised ' .. ARGV[3])
redis.call('ZADD', log, next_id(), 'removed ' .. ARGV[3])
messages = messages - 1
settle()
return 1
