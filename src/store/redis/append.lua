-- Appends messages, each once for its idempotency key, and not faster than its client may.
-- KEYS[2i + 1] the i-th message's key, its own place: 'ID PRINT'
-- KEYS[2i + 2] its client's: when the messages said so far are made up for
-- ARGV[3] seconds a key holds; then three for each message: it as JSON, without an id and the first brace
--         print of the text, '' without a key   messages a minute, 0 without a limit
-- Answers what was told, '' where nothing was said; then for each message { 'said', ID }, { 'used', ID, PRINT } of
-- what the key was used for before, or { 'wait', microseconds }.
local answers, told, members = { '' }, {}, {}

local function append(key, client, rest, print, per_minute)
  local last = { head, born }
  local id = next_id()
  if print ~= '' then
    local used = redis.call('SET', key, id .. ' ' .. print, 'EX', ARGV[3], 'NX', 'GET')
    if used then
      head, born = unpack(last)
      -- Written again as it is: where replicas are waited for, the repeat waits for what it repeats.
      redis.call('SET', key, used, 'KEEPTTL')
      return { 'used', string.match(used, '^(%d+) (.*)$') }
    end
  end
  local held = wait(client, per_minute)
  if held then
    head, born = unpack(last)
    if print ~= '' then redis.call('DEL', key) end
    return { 'wait', held }
  end

  local entry = '{"id":"' .. id .. '",' .. rest
  members[#members + 1] = id
  members[#members + 1] = entry
  told[#told + 1] = id .. ' ' .. entry
  return { 'said', id }
end

for i = 1, (#KEYS - 2) / 2 do
  local at = 3 * i + 1
  answers[i + 1] = append(KEYS[2 * i + 1], KEYS[2 * i + 2], ARGV[at], ARGV[at + 1], tonumber(ARGV[at + 2]))
end
if #told > 0 then
  redis.call('ZADD', log, unpack(members))
  messages = messages + #told
  answers[1] = settle(told)
end
return answers
