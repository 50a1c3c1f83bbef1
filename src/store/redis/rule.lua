-- Sets what holds in the room, and appends it in place of what held before.
-- KEYS[4] what moderators did
-- ARGV[3] the rules as JSON   ARGV[4] how much of what moderators did is kept   ARGV[5] what to write there
-- Answers what was told.
local before = redis.call('HGET', decided, 'rules')
record(KEYS[4], ARGV[4], ARGV[5])
if before then redis.call('ZREM', log, 'rules ' .. before) end
redis.call('HSET', decided, 'rules', ARGV[3])
local id, entry = next_id(), 'rules ' .. ARGV[3]
redis.call('ZADD', log, id, entry)
return settle({ id .. ' ' .. entry })
