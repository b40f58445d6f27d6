"""Defines the Lua scripts that Redis runs atomically for RedBeat's entries and lock; each checks key types first."""

from __future__ import annotations

# ARGV: the prefix of a series' key, first member, number of members.
# Returns {number of foreign members, which are removed, {key, score, digest, key, score, digest, ...}}.
READ_ENTRIES = """
local kind = redis.call('TYPE', KEYS[1]).ok
if kind ~= 'zset' then
    return {0, {}}
end
local first = tonumber(ARGV[2])
local members = redis.call('ZRANGE', KEYS[1], first, first + tonumber(ARGV[3]) - 1, 'WITHSCORES')
local foreign, found = {}, {}
for i = 1, #members, 2 do
    local key = members[i]
    if #key ~= #ARGV[1] + 36 or string.sub(key, 1, #ARGV[1]) ~= ARGV[1] then
        foreign[#foreign + 1] = key
    else
        local digest = ''
        if redis.call('TYPE', key).ok == 'hash' and redis.call('HLEN', key) == 2
            and redis.call('HSTRLEN', key, 'definition') < 4096 and redis.call('HSTRLEN', key, 'meta') < 4096
        then
            local definition = redis.call('HGET', key, 'definition') or ''
            local meta = redis.call('HGET', key, 'meta') or ''
            digest = redis.sha1hex(definition .. '\\n' .. meta)
        end
        found[#found + 1] = key
        found[#found + 1] = members[i + 1]
        found[#found + 1] = digest
    end
end
if #foreign > 0 then
    redis.call('ZREM', KEYS[1], unpack(foreign))
end
return {#foreign, found}
"""

# ARGV: the beat process's token, how long its lock lasts (ms). A lock of another type, one without an expiry, or one
# that expires later than any of ours was not written by a beat process: to wait for it could take for ever.
HOLD = """
local kind = redis.call('TYPE', KEYS[1]).ok
local left = redis.call('PTTL', KEYS[1])
if kind == 'string' and redis.call('GET', KEYS[1]) ~= ARGV[1] and left >= 0 and left <= tonumber(ARGV[2]) then
    return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""

# ARGV: the beat process's token.
RELEASE = """
if redis.call('TYPE', KEYS[1]).ok == 'string' and redis.call('GET', KEYS[1]) == ARGV[1] then
    redis.call('DEL', KEYS[1])
end
"""
