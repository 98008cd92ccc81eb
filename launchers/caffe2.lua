-- Caffe2: shards that meet by files in a directory that all nodes share. Its
-- FileStoreHandlerCreate wants a directory that is there (`path`), and makes one below it
-- itself (`prefix`, which its examples call --run_id).

local defaults = require "support.defaults"
local layouts = require "support.layout"
local number = require "support.number"
local rendezvous = require "support.rendezvous"

local function environment(layout)
    local good, sentence = layouts.check(layout)
    if not good then
        return nil, sentence
    end
    local path
    path, sentence = rendezvous.file(layout, "caffe2")
    if not path then
        return nil, sentence
    end
    local directory, run = path:match("^(.*)/([^/]*)$")
    return {
        ATELIER_FILE_STORE = directory ~= "" and directory or "/",
        ATELIER_RUN_ID = run,
        ATELIER_SHARDS = number(layout.tasks),
        ATELIER_TASK_INDEX = number(layout.rank),
    }, defaults.of_task(layout)
end

local function meeting(layout)
    return rendezvous.directory(layout, "caffe2")
end

return {
    title = "Caffe2, by files",
    example = "srun --ntasks-per-node=1 bash -c 'python3 resnet50_trainer.py "
        .. "--num_shards $ATELIER_SHARDS --shard_id $ATELIER_TASK_INDEX "
        .. "--run_id $ATELIER_RUN_ID --file_store_path $ATELIER_FILE_STORE'",
    settings = {
        directory = { kind = "path", needed = true,
            about = "where the files are, for all nodes" },
    },
    variables = {
        ATELIER_FILE_STORE = "ours", ATELIER_RUN_ID = "ours", ATELIER_SHARDS = "ours",
        ATELIER_TASK_INDEX = "ours",
    },
    logs = "rank",
    meeting = meeting,
    environment = environment,
}
