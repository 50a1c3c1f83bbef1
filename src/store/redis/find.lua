-- Finds one message.
-- ARGV[3] its id
-- Answers { now, it as JSON }, { now, 'removed' }, or { now }.
tidy()
local removed = redis.call('ZSCORE', log, 'removed ' .. ARGV[3]) and 'removed'
return { text(now), message(ARGV[3]) or removed or nil }
