file_server "plain" { host = "a" }
file_server "kernel" { host = "b", driver = "kernel" }
file_server "ours" { host = "c", driver = "libnfs" }
file_server "soft" { host = "d", recovery = "soft" }
volume "z" { server = "plain", export = "/z" }
volume "y" { server = "kernel", export = "/y", mode = "rw" }
volume "x" { server = "kernel", export = "/x", mode = "ro" }
volume "w" { server = "ours", export = "/w" }
volume "v" { server = "soft", export = "/v" }
volume "a" { kind = "bind", path = "/a" }
volume "b" { kind = "cifs", source = "//b/b", credentials = "/b" }
volume "c" { kind = "glusterfs", source = "c:/c" }
volume "d" { kind = "lustre", source = "10.0.0.1@tcp:/d" }
volume "e" { kind = "rclone", source = "e:e", config = "/e" }
volume "f" { kind = "command", command = { "/bin/f" } }
volume "g" { kind = "local", size = "1g" }
volume "h" { kind = "local", path = "/h" }
volume "i" { kind = "cifs", source = "//b/b", credentials = "/b", mode = "ro" }
cluster "cpu" { partition = "cpu" }
workspace "vision" { account = "vision", clusters = { "cpu" }, users = { "daemon" } }
