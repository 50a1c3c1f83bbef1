-- Takes away all that stands in the room, as if it had been trimmed, and appends an entry that says so.
-- KEYS[4] what moderators did
-- ARGV[3] how much of that is kept   ARGV[4] what to write there
-- Answers what was told.
record(KEYS[4], ARGV[3], ARGV[4])
redis.call('UNLINK', log)
messages, trimmed = 0, head
local id = next_id()
redis.call('ZADD', log, id, 'cleared')
return settle({ id .. ' cleared' })
