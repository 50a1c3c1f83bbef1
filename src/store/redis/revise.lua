-- Puts a new value in a message's place and appends the revision; an earlier one of it gives way.
-- KEYS[5] its client's: when the messages said so far are made up for
-- ARGV[3] id of the message   ARGV[4] the new value   ARGV[5] messages a minute, 0 without a limit   ARGV[6] author, and
-- ARGV[7] network, as append.lua takes them
-- Answers { 'revised', what was told }, { 'missing' } where there is no such message, { 'wait', microseconds }, or as
-- terms.lua has it.
local member = message(ARGV[3])
if not member then return { 'missing' } end
local why = ARGV[6] ~= '' and denied(ARGV[6], ARGV[7], true)
if why then return why end
local held = wait(KEYS[5], tonumber(ARGV[5]))
if held then return { 'wait', held } end
local id = next_id()
local revised = cjson.decode(member)
revised.value, revised.revised = ARGV[4], id
redis.call('ZREM', log, member)
local message = cjson.encode(revised)
redis.call('ZADD', log, ARGV[3], message, id, 'revised ' .. ARGV[3])
return { 'revised', settle({ id .. ' revised ' .. message }) }
