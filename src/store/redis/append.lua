-- Appends messages, each once for its idempotency key, and not faster than its client may.
-- KEYS[2i + 1] the i-th message's key, its own place: 'ID PRINT'
-- KEYS[2i + 2] its client's: when the messages said so far are made up for
-- ARGV[3] seconds a key holds; then five for each message: screenname   value   author, '' where none is known
--         print of the text, '' without a key   messages a minute, 0 without a limit
-- Answers what was told, '' where nothing was said; then for each message { 'said', ID }, { 'used', ID, PRINT } of
-- what the key was used for before, or { 'wait', microseconds }.
local answers, told, members = { '' }, {}, {}

local function append(key, client, screenname, value, author, print, per_minute)
  if print ~= '' then
    local used = redis.call('GET', key)
    -- Written again as it is: where replicas are waited for, the repeat waits for what it repeats.
    if used then redis.call('SET', key, used, 'KEEPTTL') end
    if used then return { 'used', string.match(used, '^(%d+) (.*)$') } end
  end
  local held = wait(client, per_minute)
  if held then return { 'wait', held } end

  local id = next_id()
  local said = { id = id, screenname = screenname, value = value }
  if author ~= '' then said.author = author end
  local entry = cjson.encode(said)
  table.insert(members, id)
  table.insert(members, entry)
  table.insert(told, id .. ' ' .. entry)
  if print ~= '' then redis.call('SET', key, id .. ' ' .. print, 'EX', ARGV[3]) end
  return { 'said', id }
end

for i = 1, (#KEYS - 2) / 2 do
  local at = 5 * i - 1
  local key, client = KEYS[2 * i + 1], KEYS[2 * i + 2]
  table.insert(answers, append(key, client, ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], tonumber(ARGV[at + 4])))
end
if #told > 0 then
  redis.call('ZADD', log, unpack(members))
  messages = messages + #told
  answers[1] = settle(told)
end
return answers
