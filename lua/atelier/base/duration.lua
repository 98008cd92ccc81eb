-- duration.lua: wall times as Slurm writes them, in minutes.

local duration = {}

duration.RULE = "write minutes or \"days-hours:minutes:seconds\""

local MINUTES_MAX = 10 * 366 * 24 * 60 -- ten years
local TEXT_MAX = 32

-- What the numbers of a text are in minutes, by what stands between them, as in
-- sbatch --time.
local DAY, HOUR, MINUTE, SECOND = 1440, 60, 1, 1 / 60
local FORMS = {
    [""] = { MINUTE }, [":"] = { MINUTE, SECOND }, ["::"] = { HOUR, MINUTE, SECOND },
    ["-"] = { DAY, HOUR }, ["-:"] = { DAY, HOUR, MINUTE },
    ["-::"] = { DAY, HOUR, MINUTE, SECOND },
}

local function read(text)
    local form = #text <= TEXT_MAX and FORMS[text:gsub("%d+", "")]
    if not form then
        return nil
    end
    local minutes, index = 0, 0
    for number in text:gmatch("%d+") do
        index = index + 1
        minutes = minutes + tonumber(number) * form[index]
    end
    return index == #form and math.ceil(minutes - 1e-6) or nil
end

-- Whole minutes, from a number or a text, seconds rounded up; nil for all else.
function duration.minutes(given)
    local minutes = given
    if type(given) == "string" then
        minutes = read(given)
    end
    if type(minutes) == "number" and minutes >= 1 and minutes <= MINUTES_MAX
        and minutes % 1 == 0 then
        return minutes
    end
end

-- "2-12:00:00", "1:30:00"; what Slurm means by no limit is "unlimited".
function duration.text(minutes)
    if minutes <= 0 or minutes > MINUTES_MAX then
        return "unlimited"
    end
    local days = math.floor(minutes / 1440)
    local clock = ("%02d:%02d:00"):format(math.floor(minutes % 1440 / 60), minutes % 60)
    return days > 0 and days .. "-" .. clock or clock
end

return duration
