-- Takes a message and its revision away and appends the removal.
-- ARGV[3] id of the message
-- Answers what was told, or '' where there is no such message.
local member = message(ARGV[3])
if not member then return '' end
redis.call('ZREM', log, member, 'revised ' .. ARGV[3])
local entry = 'removed ' .. ARGV[3]
local id = next_id()
redis.call('ZADD', log, id, entry)
messages = messages - 1
return settle({ id .. ' ' .. entry })
