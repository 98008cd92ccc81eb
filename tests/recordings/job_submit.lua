-- job_submit.lua: in a site's place, writes down what slurmctld shows of each job.
--
-- recordings/record puts it into a cluster. A line is "FIELD TYPE VALUE", as Lua has them, and
-- tables, which may not be written whole, are a line for each entry.

local FIELDS = { -- the union of what releases from 22.05 to 26.05 have
    "account", "acctg_freq", "admin_comment", "alloc_node", "argc", "argv", "array_inx",
    "array_job_id", "array_task_id", "assoc_comment", "assoc_qos", "batch_features", "batch_flag", "begin_time",
    "bitflags", "boards_per_node", "burst_buffer", "clusters", "comment", "container",
    "contiguous", "core_spec", "cores_per_socket", "cpu_freq_gov", "cpu_freq_max",
    "cpu_freq_min", "cpus_per_task", "cpus_per_tres", "cron_job", "default_account",
    "default_qos", "delay_boot", "dependency", "end_time", "environment", "exc_nodes", "extra",
    "features", "gres", "group_id", "het_job_id", "het_job_offset", "immediate", "job_id", "job_state",
    "licenses", "mail_type", "mail_user", "max_cpus", "max_nodes", "mcs_label", "mem_per_tres",
    "min_cpus", "min_mem_per_cpu", "min_mem_per_node", "min_nodes", "name", "network", "nice",
    "ntasks_per_board", "ntasks_per_core", "ntasks_per_gpu", "ntasks_per_node",
    "ntasks_per_socket", "ntasks_per_tres", "num_tasks", "oversubscribe", "pack_job_offset",
    "partition", "plane_size", "pn_min_cpus", "pn_min_memory", "pn_min_tmp_disk", "power_flags",
    "prefer", "priority", "qos", "reboot", "req_context", "req_nodes", "req_switch", "requeue",
    "reservation", "resv_name", "script", "segment_size", "selinux_context", "shared", "site_factor",
    "sockets_per_board", "sockets_per_node", "spank_job_env", "spank_job_env_size", "std_err",
    "std_in", "std_out", "thread_spec", "threads_per_core", "time_limit", "time_min",
    "tres_bind", "tres_fmt_req_str", "tres_freq", "tres_per_job", "tres_per_node", "tres_per_socket",
    "tres_per_task", "user_id", "user_name", "wait4switch", "wckey", "work_dir",
    "no_such_field" }

local function line_of(name, value)
    local text = type(value) == "number" and ("%.0f"):format(value) or tostring(value)
    return name .. " " .. type(value) .. " " .. text:gsub("\n", "\\n") .. "\n"
end

local function write_table(file, name, value)
    local lines = {}
    for index, entry in pairs(value) do
        lines[#lines + 1] = line_of(name .. "[" .. tostring(index) .. "]", entry)
    end
    table.sort(lines)
    file:write(name .. " table " .. #lines .. "\n", unpack(lines))
end

local function write_fields(file, job)
    for _, name in ipairs(FIELDS) do
        local value = job[name]
        if name == "environment" and type(value) ~= "nil" then
            file:write(line_of(name .. ".RECORD_AS", value.RECORD_AS))
        elseif type(value) == "table" then
            write_table(file, name, value)
        elseif type(value) ~= "nil" then
            file:write(line_of(name, value))
        end
    end
end

local function record(title, job, ...)
    local file = io.open("/home/recording/job_submit", "a")
    if file then
        file:write("== " .. title .. "\n")
        write_fields(file, job)
        for _, more in ipairs({ ... }) do
            file:write("-- the job as it is\n")
            write_fields(file, more)
        end
        file:close()
    end
    return slurm.SUCCESS
end

function slurm_job_submit(job, _partitions, uid)
    return record("submit " .. tostring(job.name) .. " by " .. tostring(uid), job)
end

function slurm_job_modify(job, record_of_job, _partitions, uid)
    return record("modify " .. tostring(record_of_job.name) .. " by " .. tostring(uid), job, record_of_job)
end
