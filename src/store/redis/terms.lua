-- What keeps somebody from speaking in a room where moderators decided something.
-- KEYS[4] lately  sorted set, where slow mode is on: score = when they last spoke, member = an author, or a network
local lately, DAY = KEYS[4], 86400000000
-- In most rooms nobody ever did.
local has_terms = redis.call('EXISTS', decided) == 1

-- Why an author on a network may not speak: { 'muted' }, { 'readonly' }, { 'slow', microseconds }; nil where they may.
local function denied(author, network, is_revision)
  if not has_terms then return end
  local rules, muted, from = unpack(redis.call('HMGET', decided, 'rules', author, 'network ' .. network))
  local function is_on(mute) return mute and tonumber(string.match(mute, '^%d+')) > now end
  if is_on(muted) then
    -- Seen on another network, or on another day: so many are known at the most.
    if network ~= '' and not is_on(from) and redis.call('HLEN', decided) < 1000 then
      local ends = math.min(tonumber(string.match(muted, '^%d+')), now + DAY)
      redis.call('HSET', decided, 'network ' .. network, text(ends) .. ' ' .. author)
    end
    return { 'muted' }
  end
  if is_on(from) then return { 'muted' } end
  if not rules then return end
  rules = cjson.decode(rules)
  if rules.isReadOnly then return { 'readonly' } end
  if is_revision or rules.slowSeconds == 0 then return end
  local slow = rules.slowSeconds * 1000000
  redis.call('ZREMRANGEBYSCORE', lately, '-inf', text(now - slow))
  local ready = now
  for _, who in ipairs({ author, network }) do
    local spoke = who ~= '' and redis.call('ZSCORE', lately, who)
    if spoke then ready = math.max(ready, math.min(spoke, now) + slow) end
  end
  if ready > now then return { 'slow', text(ready - now) } end
  for _, who in ipairs({ author, network }) do
    if who ~= '' then redis.call('ZADD', lately, text(now), who) end
  end
  redis.call('EXPIRE', lately, rules.slowSeconds)
end
