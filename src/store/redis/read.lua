-- Reads a stretch of the log.
-- ARGV[3] 'after': the oldest entries newer than an id; 'before': the newest messages older than it; 'tail': the
--         newest entries of all kinds
-- ARGV[4] the id, '' for a tail   ARGV[5] how many at the most
-- Answers { born, head, trimmed, now, cursor, more, rules, id, entry, id, entry, … } in ascending order. An entry is a
-- message as JSON, 'revised ' and the message as it stands now, 'removed ID', 'rules JSON' or 'cleared'; the rules are
-- those that hold, '' for none.
-- Nothing beyond the head is read: only a foreign hand could have put it there.
tidy()
local limit = tonumber(ARGV[5])
local cursor, more, stretch = head, 0, {}

local function add(member, score)
  local target = string.match(member, '^revised (%d+)$')
  if target then
    local revised = message(target)
    if not revised then return end
    member = 'revised ' .. revised
  end
  table.insert(stretch, text(tonumber(score)))
  table.insert(stretch, member)
end

if ARGV[3] == 'after' then
  local found = redis.call('ZRANGE', log, '(' .. ARGV[4], text(head), 'BYSCORE', 'LIMIT', 0, limit + 1, 'WITHSCORES')
  for i = 1, math.min(#found, 2 * limit), 2 do add(found[i], found[i + 1]) end
  if #found > 2 * limit then
    more = 1
    cursor = tonumber(found[2 * limit])
  end
else
  local any = ARGV[3] == 'tail'
  local from, newest = '(' .. text(any and head + 1 or math.min(tonumber(ARGV[4]), head + 1)), {}
  repeat
    local found = redis.call('ZRANGE', log, from, '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, limit + 1, 'WITHSCORES')
    for i = 1, #found, 2 do
      if any or is_message(found[i]) then table.insert(newest, { found[i], found[i + 1] }) end
      from = '(' .. found[i + 1]
    end
  until #newest > limit or #found < 2 * (limit + 1)
  if #newest > limit then more = 1 end
  for i = math.min(#newest, limit), 1, -1 do add(newest[i][1], newest[i][2]) end
end
local rules = redis.call('HGET', decided, 'rules') or ''
return { text(born), text(head), text(trimmed), text(now), text(cursor), more, rules, unpack(stretch) }
