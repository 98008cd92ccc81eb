-- tap.lua: TAP for the Lua tests.

local tap = {}

local count, failures = 0, 0

local function report(passed, text)
    count = count + 1
    failures = failures + (passed and 0 or 1)
    -- A name of a test may hold the hostile words that it is about.
    text = tostring(text):gsub("[^ -~]", "?"):gsub("#", "?"):sub(1, 100)
    print((passed and "ok " or "not ok ") .. count .. " - " .. text)
    return passed
end

function tap.ok(condition, text)
    return report(condition and true or false, text)
end

function tap.is(got, wanted, text)
    if not report(got == wanted, text) then
        print("#      got " .. tostring(got))
        print("#   wanted " .. tostring(wanted))
    end
end

-- Whether `got` holds the text `part`; not a pattern.
function tap.has(got, part, text)
    if not report(type(got) == "string" and got:find(part, 1, true), text) then
        print("#      got " .. tostring(got))
        print("#   wanted " .. tostring(part) .. " in it")
    end
end

function tap.skip(text, reason)
    count = count + 1
    print("ok " .. count .. " - " .. text .. " # SKIP " .. reason)
end

function tap.done()
    print("1.." .. count)
    os.exit(failures == 0 and 0 or 1)
end

return tap
