-- duration.lua: wall times as Slurm writes them, in minutes.

local duration = {}

duration.RULE = "write minutes or \"days-hours:minutes:seconds\""

local MINUTES_MAX = 10 * 366 * 24 * 60 -- ten years
local TEXT_MAX = 32

-- Days, hours, minutes and seconds by the form of the text, as in sbatch --time.
local FORMS = {
    { "^(%d+)$", "minutes" },
    { "^(%d+):(%d+)$", "minutes", "seconds" },
    { "^(%d+):(%d+):(%d+)$", "hours", "minutes", "seconds" },
    { "^(%d+)%-(%d+)$", "days", "hours" },
    { "^(%d+)%-(%d+):(%d+)$", "days", "hours", "minutes" },
    { "^(%d+)%-(%d+):(%d+):(%d+)$", "days", "hours", "minutes", "seconds" },
}
local IN_MINUTES = { days = 1440, hours = 60, minutes = 1, seconds = 1 / 60 }

local function read(text)
    if #text > TEXT_MAX then
        return nil
    end
    for _, form in ipairs(FORMS) do
        local parts = { text:match(form[1]) }
        if parts[1] then
            local minutes = 0
            for index, part in ipairs(parts) do
                minutes = minutes + tonumber(part) * IN_MINUTES[form[index + 1]]
            end
            return math.ceil(minutes - 1e-6)
        end
    end
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
