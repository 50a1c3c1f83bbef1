-- Puts in what came to the room elsewhere.
-- ARGV[3] the head that it came after   ARGV[4] born   ARGV[5] head   ARGV[6] trimmed; then three for each entry: its id
--         the message it is about   it as read.lua answers it
-- Answers what was told, or '' where the room's head is another.
if head ~= tonumber(ARGV[3]) then return '' end
local told = {}
for i = 7, #ARGV - 1, 3 do
  local id, about, entry = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local before = message(about)
  local revised = string.match(entry, '^revised (.*)$')
  if before and not is_message(entry) then
    redis.call('ZREM', log, before)
    messages = messages - 1
  end
  if is_message(entry) then
    redis.call('ZADD', log, id, entry)
    messages = messages + 1
  elseif revised then
    redis.call('ZADD', log, id, 'revised ' .. about)
    if before then
      redis.call('ZADD', log, about, revised)
      messages = messages + 1
    end
  else
    local rules = string.match(entry, '^rules (.*)$')
    if rules then
      local last = redis.call('HGET', decided, 'rules')
      if last then redis.call('ZREM', log, 'rules ' .. last) end
      redis.call('HSET', decided, 'rules', rules)
    end
    redis.call('ZREM', log, 'revised ' .. about)
    redis.call('ZADD', log, id, entry)
  end
  told[#told + 1] = id .. ' ' .. entry
end
born, head = tonumber(ARGV[4]), tonumber(ARGV[5])
trimmed = math.max(trimmed, tonumber(ARGV[6]))
return settle(told)
