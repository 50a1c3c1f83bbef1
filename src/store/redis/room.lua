-- What every script of a room begins with.
-- KEYS[1] log    sorted set: score = id; member = a message as JSON, 'revised ID', 'removed ID', 'rules JSON' or 'cleared'
-- KEYS[2] state  hash: born = the first id given, head = the newest, trimmed = the newest trimmed away,
--                messages = how many of the log's members are messages
-- KEYS[3] decided  hash: 'rules' = what holds in the room, as JSON; an author who is muted = 'UNTIL SCREENNAME';
--                'network HASH' from where they come = 'UNTIL AUTHOR'
-- ARGV[1] messages kept   ARGV[2] microseconds they are kept   the last ARGV, where it writes: the room's channel
-- Ids stay below 2^53, so Lua's numbers hold them; %.0f writes them in full, tostring would not.
local log, state, decided = KEYS[1], KEYS[2], KEYS[3]
local keep, age = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local known = redis.call('HMGET', state, 'born', 'head', 'trimmed', 'messages')
local born, head = tonumber(known[1] or 0), tonumber(known[2] or 0)
local trimmed, messages = tonumber(known[3] or 0), tonumber(known[4] or 0)
local entries = redis.call('ZCARD', log)
local previous = head
if entries == 0 then trimmed, messages = head, 0 end -- the whole log grew too old, or nothing was said

local function text(id) return string.format('%.0f', id) end
local function is_message(member) return string.byte(member) == 123 end -- {

-- Room for one more entry: its id, greater than any before it. The clock may stand still, or go back.
local function next_id()
  head = math.max(now, head + 1)
  if born == 0 then born = head end
  return text(head)
end

-- The message of an id: its member, or nil.
local function message(id)
  for _, member in ipairs(redis.call('ZRANGE', log, id, id, 'BYSCORE')) do
    if is_message(member) then return member end
  end
end

-- Takes the oldest entries away while there are too many or they are too old. Removals and revisions do
-- not push messages out, but they are bounded too: at most twice as many entries as messages.
local function trim()
  local before = tonumber(known[3] or 0)
  repeat
    local excess = math.max(messages - keep, entries - 2 * keep, 1)
    local oldest, gone = redis.call('ZRANGE', log, 0, math.min(excess, 1000) - 1, 'WITHSCORES'), 0
    for i = 1, #oldest, 2 do
      local full = messages > keep or entries > 2 * keep
      if not (full or tonumber(oldest[i + 1]) < now - age) then break end
      gone, entries = gone + 1, entries - 1
      if is_message(oldest[i]) then messages = messages - 1 end
      trimmed = math.max(trimmed, tonumber(oldest[i + 1]))
    end
    if gone > 0 then redis.call('ZREMRANGEBYRANK', log, 0, gone - 1) end
  until gone == 0 or 2 * gone < #oldest
  return trimmed > before
end

local function note()
  redis.call('HSET', state, 'born', text(born), 'head', text(head), 'trimmed', text(trimmed), 'messages', messages)
end

-- Before a room is read. Where Redis takes no writes just now, what is too old is read, too.
local function tidy()
  local before = trimmed
  if not pcall(function() if trim() then note() end end) then trimmed = before end
end

-- A token bucket that holds the messages of a minute, or of another period in microseconds, kept at the client's key as
-- the time at which it is empty again (the generic cell rate algorithm, ITU-T I.371). It never holds more, even where the
-- clock went back. Takes one out and answers nil, or answers the microseconds to wait.
local dues = {}
local function wait(client, most, period)
  if most == 0 then return end
  period = period or 60000000
  local full = now + period
  local known = dues[client] or tonumber(redis.call('GET', client) or now)
  local due = math.min(math.max(known, now), full) + period / most
  if due > full then return text(math.ceil(due - full)) end
  dues[client] = due
end

local function keep_dues()
  for client, due in pairs(dues) do
    redis.call('SET', client, text(due), 'PX', math.ceil((due - now) / 1000))
  end
end

-- Writes down what a moderator did, where one did it: a list of 'TIME DEED', the newest first. A script that fails stays
-- half done, so each does this before all else: where another program has put something else there, nothing is done.
local function record(list, most, deed)
  if deed == '' then return end
  local last = redis.call('LINDEX', list, 0)
  local at = math.max(now, last and string.match(last, '^%d+') + 1 or 0)
  redis.call('LPUSH', list, text(at) .. ' ' .. deed)
  redis.call('LTRIM', list, 0, most - 1)
end

-- After a change: trims, notes where the room stands and what clients have used up, and tells it to all servers that
-- listen: 'PREVIOUS BORN HEAD TRIMMED', and a line for each new entry, 'ID ENTRY', the entry as read.lua answers it. Where
-- nobody speaks for as long as messages are kept, the log goes, and after as long again the state, by which late readers
-- know that they missed nothing else. Answers what was told.
local function settle(told)
  keep_dues()
  entries = redis.call('ZCARD', log)
  trim()
  note()
  local seconds = math.ceil(age / 1000000)
  redis.call('EXPIRE', log, seconds)
  redis.call('EXPIRE', state, 2 * seconds)
  local stand = table.concat({ text(previous), text(born), text(head), text(trimmed) }, ' ')
  table.insert(told, 1, stand)
  local news = table.concat(told, '\n')
  redis.call('SPUBLISH', ARGV[#ARGV], news)
  return news
end
