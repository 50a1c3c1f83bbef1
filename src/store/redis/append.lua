-- Appends a message, once for each idempotency key.
-- KEYS[3] the key's own place: 'ID PRINT'
-- ARGV[3] screenname   ARGV[4] value   ARGV[5] print of the text, '' without a key   ARGV[6] seconds it holds
-- Answers the message's id, or 'ID PRINT' of what the key was used for before.
if ARGV[5] ~= '' then
  local used = redis.call('GET', KEYS[3])
  if used then return used end
end
local id = next_id()
redis.call('ZADD', log, id, cjson.encode({ id = id, screenname = ARGV[3], value = ARGV[4] }))
messages = messages + 1
settle()
if ARGV[5] ~= '' then redis.call('SET', KEYS[3], id .. ' ' .. ARGV[5], 'EX', ARGV[6]) end
return id
