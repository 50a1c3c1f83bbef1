-- Takes a message and its revision away and appends the removal.
-- KEYS[4] what moderators did, as room.lua's `record` has it
-- ARGV[3] id of the message   ARGV[4] how much of that is kept   ARGV[5] what to write there, '' for nothing
-- Answers what was told, or '' where there is no such message.
local member = message(ARGV[3])
if not member then return '' end
record(KEYS[4], ARGV[4], ARGV[5])
redis.call('ZREM', log, member, 'revised ' .. ARGV[3])
local entry = 'removed ' .. ARGV[3]
local id = next_id()
redis.call('ZADD', log, id, entry)
messages = messages - 1
return settle({ id .. ' ' .. entry })
