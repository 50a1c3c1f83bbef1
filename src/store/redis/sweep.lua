-- Removes an author's messages among the next entries, going back in time.
-- KEYS[4] what moderators did
-- ARGV[3] the author   ARGV[4] the id that they are older than   ARGV[5] entries to look at
-- ARGV[6] how much of what moderators did is kept   ARGV[7] what to write there, '' for nothing
-- Answers { what was told, '' where nothing was removed; how many were; the id to go on from, '' at the end }.
record(KEYS[4], ARGV[6], ARGV[7])
local found = redis.call('ZRANGE', log, '(' .. ARGV[4], '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, ARGV[5], 'WITHSCORES')
local told, removals = {}, {}
for i = 1, #found, 2 do
  local member, about = found[i], text(tonumber(found[i + 1]))
  -- Within a text its quotes would be escaped.
  if is_message(member) and string.find(member, '"author":"' .. ARGV[3] .. '"', 1, true) then
    redis.call('ZREM', log, member, 'revised ' .. about)
    local id = next_id()
    removals[#removals + 1] = id
    removals[#removals + 1] = 'removed ' .. about
    told[#told + 1] = id .. ' removed ' .. about
  end
end
local next = #found == 2 * ARGV[5] and text(tonumber(found[#found])) or ''
local count = #told
if count == 0 then return { '', 0, next } end
redis.call('ZADD', log, unpack(removals))
messages = messages - count
return { settle(told), count, next }
