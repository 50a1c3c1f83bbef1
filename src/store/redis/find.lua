-- Finds one message.
-- ARGV[3] its id
-- Answers it as JSON, 'removed', or nil.
if trim() then note() end
return message(ARGV[3]) or (redis.call('ZSCORE', log, 'removed ' .. ARGV[3]) and 'removed')
