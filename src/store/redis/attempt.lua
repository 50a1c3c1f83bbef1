-- Takes one try out of somebody's bucket.
-- KEYS[4] the bucket   ARGV[3] tries   ARGV[4] in so many microseconds
-- Answers '', or the microseconds to wait.
local held = wait(KEYS[4], tonumber(ARGV[3]), tonumber(ARGV[4]))
keep_dues()
return held or ''
