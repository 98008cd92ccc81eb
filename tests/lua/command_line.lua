-- What a command declares: its words are read as getopt does, mistakes get the nearest word,
-- and --help, completion and the manual's synopsis have the same options.

local top = os.getenv("top_srcdir") or "."
package.path = top .. "/lua/?.lua;" .. top .. "/tests/lua/?.lua;" .. package.path

local tap = require("tap")
local completion = require("atelier.command_line.completion")
local help = require("atelier.command_line.help")
local name = require("atelier.base.name")
local nouns = require("atelier.command_line.nouns")
local options = require("atelier.command_line.option_reader")

local modules = io.popen("cd '" .. top .. "/lua/atelier/command' && ls | sed 's/[.]lua$//'")
local list = {}
for module in modules:lines() do
    list[#list + 1] = module
end
modules:close()
nouns.add(list)

local command = {
    about = "Says something.",
    options = {
        { name = "json", letter = "j", about = "Print JSON" },
        { name = "job", argument = "ID", about = "A job" },
        { name = "nodes", letter = "N", argument = "N", number = { 1, 64 }, about = "Nodes" },
        { name = "state", argument = "STATE", choose = { "running", "pending" }, about = "State" },
        { name = "nice", argument = "N", optional = true, about = "How nice" },
        { name = "label", letter = "l", argument = "WORD", list = true, about = "Labels" },
    },
    operands = {
        { name = "kind", argument = "KIND", choose = { "cluster", "volume" }, missing = "say what" },
        { name = "name", argument = "[NAME]", excess = "one name at a time" },
    },
}

local function read(...)
    return options.read(command, { ... })
end

local function fault(...)
    local asked, sentence = read(...)
    return asked == nil and sentence or "it was read"
end

local asked = read("-jN3", "cluster", "--label=a", "-lb", "--nice", "x", "--job", "7")
tap.is(asked.json, true, "a letter")
tap.is(asked.nodes, 3, "letters in one word, the last with its argument")
tap.is(table.concat(asked.label, ","), "a,b", "a list")
tap.is(asked.nice, true, "an optional argument that is not given takes no word")
tap.is(asked.name, "x", "words and options in any order")
tap.is(asked.job, "7", "an argument in a word of its own")
tap.is(read("--nice=5", "volume").nice, "5", "an optional argument")
tap.is(read("--no=5", "volume").nodes, 5, "an abbreviation")
tap.is(read("volume", "--", "--json").name, "--json", "what follows --")
tap.is(read("volume", "-").name, "-", "a dash is no option")
tap.is(read("--help", "--nonsense").help, true, "--help is answered where it stands")
tap.is(fault("--jsno"), "unrecognized option '--jsno': did you mean `--json`?", "a mistyped option")
tap.is(fault("--frobnicate=1"), "unrecognized option '--frobnicate=1'", "an unknown one")
tap.is(fault("-jx"), "invalid option -- 'x'", "an unknown letter")
tap.is(fault("--jo"), "option '--job' requires an argument", "no argument, long")
tap.is(fault("-N"), "option requires an argument -- 'N'", "no argument, short")
tap.is(fault("--json=1"), "option '--json' doesn't allow an argument", "an argument too much")
tap.is(fault("--j"), "option '--j' is ambiguous; possibilities: '--json' '--job'", "ambiguous")
tap.is(fault("-N0"), "--nodes=0: a number from 1 to 64 is wanted", "a number too small")
tap.is(fault("-N1x"), "--nodes=1x: a number from 1 to 64 is wanted", "no number")
tap.is(fault("--nodes=00000000001"), "--nodes=00000000001: a number from 1 to 64 is wanted",
    "a long number")
tap.is(fault("--state=runing"), "--state=runing: did you mean `running`?", "a mistyped value")
tap.has(fault("volumes"), "did you mean `volume`?", "a mistyped operand")
tap.is(fault(), "say what", "an operand left out")
tap.is(fault("volume", "a", "b"), "one name at a time: `b` is too much", "an operand too many")

local text = help.text("atelier show", command)
tap.has(text, "Usage: atelier show [OPTION...] KIND [NAME]\nSays something.\n", "--help: the head")
tap.has(text, "\n  -N, --nodes=N              Nodes\n", "--help: a letter and an argument")
tap.has(text, "\n      --nice[=N]             How nice\n", "--help: an optional argument")
tap.has(help.usage("atelier show", command), "[-j?V] [-l WORD] [-N N]", "--usage")

local function completes(...)
    return (completion.text({ ... }):gsub("\n", " "))
end
tap.is(completes("fr"), "framework ", "completion: a noun")
tap.is(completes("framework", ""), "list show ", "completion: a verb")
tap.has(completes("framework", "show", "--"), "--cpus-per-task= --gpus= --help ", "options")
tap.is(completes("framework", "list", "-x"), "", "nothing fits")
tap.is(completes("policy", "show", "--json", "cl"), "cluster ", "an operand behind an option")
tap.is(completes("policy", "show", "-f", "draft", "cl"), "cluster ", "... and its argument")
tap.is(completes("policy", "show", "--policy=draft", "cl"), "cluster ", "... in one word")
tap.is(completes("policy", "show", "--policy", "cl"), "", "an option's argument is no operand")
tap.is(completes("nothing", "x"), "", "an unknown noun")
tap.is(completes("doctor", "--re"), "--removal ", "a noun that is a command")
tap.is(completes("doctor", ""), "", "... and takes no names")

-- The manual: "policy check" = { ["-o"] = whether it has an argument }.
local function read_synopsis()
    local blocks, block, inside = {}, nil, false
    for line in io.lines(top .. "/doc/atelier.1") do
        if line:find("^%.S[hs] ") then
            inside = line == ".Sh SYNOPSIS"
        elseif inside and line:find("^%.Cm [a-z]+ ?[a-z]*$") and not block then
            local key = line:sub(5)
            block = blocks[key] or {}
            blocks[key] = block
        elseif inside and line == ".Nm" then
            block = nil
        elseif inside and block then
            for flag, argument in (line .. " "):gmatch("Fl (%S+) (%S*)") do
                if flag:sub(1, 1) == "-" then
                    block["-" .. flag] = argument == "Ar"
                else
                    for letter in flag:gmatch(".") do
                        block["-" .. letter] = argument == "Ar"
                    end
                end
            end
        end
    end
    return blocks
end

local function compare(key, declared, shown)
    for _, option in ipairs(declared.options or {}) do
        local word = option.letter and shown["-" .. option.letter] ~= nil and "-" .. option.letter
            or "--" .. option.name
        if not option.hidden then
            tap.is(shown[word], option.argument ~= nil, "the manual's synopsis of " .. key .. " has "
                .. word)
        end
        shown[word] = nil
    end
    tap.is(next(shown), nil, "and no other option of " .. key)
end

local synopsis = read_synopsis()
for _, listed in ipairs(nouns.ALL) do
    local entry = nouns.entry(listed.noun)
    for _, verb in ipairs(entry.is_command and { "" } or entry.verbs or {}) do
        local key = entry.noun .. (verb ~= "" and " " .. verb or "")
        tap.ok(synopsis[key], "the manual has " .. key)
        compare(key, nouns.command(entry, verb), synopsis[key] or {})
    end
end
tap.done()
