-- Where the processes of a step meet: a port of rank 0's node, or a file that all see.

local own = require "support.own"
local port = require "support.port"

local rendezvous = {}

-- What the user has set under the names, where he did and it can be.
local function chosen(layout, address, port_name)
    local given, node, number = layout.given or {}, layout.nodes[1], nil
    if address and given[address] then
        local good, sentence = own.check_host(layout, address, given[address], node)
        if not good then
            return nil, sentence
        end
        node = given[address]
    end
    if port_name and given[port_name] then
        local sentence
        number, sentence = own.port(layout, port_name)
        if not number then
            return nil, sentence
        end
    end
    return node, number or port.of_step(layout)
end

-- Returns the node and the port, or nil and a sentence. Rank 0 listens, and the others know
-- only the list of nodes. Slurm puts rank 0 on the first of them for block, cyclic and
-- plane; a host file may say otherwise. `address` and `port_name`: the variables in which
-- the user may have set them himself.
function rendezvous.address(layout, address, port_name)
    if layout.rank == 0 and layout.node_rank ~= 0 then
        return nil, ("rank 0 is on node %s but the others look for it on %s; "
            .. "use --distribution=block, cyclic or plane")
            :format(layout.nodes[layout.node_rank + 1], layout.nodes[1])
    end
    return chosen(layout, address, port_name)
end

-- The address as a launcher's meeting() gives it, for the launch check.
function rendezvous.meeting(layout, address, port_name)
    local node, number = rendezvous.address(layout, address, port_name)
    if not node then
        return nil, number
    end
    return { node = node, port = number }
end

local function shared_directory(layout)
    local directory = (layout.settings or {}).directory or layout.shared_directory
    return directory and (directory:gsub("/+$", ""))
end

-- The same for those that meet by files. The check itself meets at the address.
function rendezvous.directory(layout, framework)
    local path, sentence = rendezvous.file(layout, framework)
    if not path then
        return nil, sentence
    end
    return { directory = shared_directory(layout) }
end

-- A path that no other step and no earlier run of the job has, in a directory that all
-- nodes share: what the user names, else the job's own. Or nil and a sentence.
function rendezvous.file(layout, framework)
    local directory = shared_directory(layout)
    if not directory then
        return nil, ("%s meets by files, in a directory that all nodes share: add the "
            .. "setting directory=/mnt/atelier/VOLUME/DIRECTORY to --framework=%s")
            :format(framework, framework)
    end
    return ("%s/%s-%d.%d.%d"):format(directory, framework, layout.job,
        layout.step, layout.restart or 0)
end

return rendezvous
