/* launcher_load.c: loads a launcher's file into a Lua of its own. */
#include "lib/launcher/launcher_load.h"

#include "lib/launcher/launcher_directory.h"
#include "lib/trusted_file.h"

#include <stdlib.h>
#include <string.h>

struct lua_host *launcher_load(const char *launchers, const char *name, bool trusted,
                               const struct lua_host_limits *limits, struct error *error,
                               struct error *cause)
{
    struct lua_host *host = NULL;
    char path[LAUNCHER_PATH_SIZE];
    char *text = NULL;
    size_t length;

    if (launcher_path(launchers, name, path, error) == 0)
        text = trusted ? trusted_file_read(path, &length, error)
                       : plain_file_read(path, &length, error);
    if (text)
        host = lua_host_create(launchers, trusted, limits, error);
    if (host) {
        lua_gc(lua_host_state(host), LUA_GCSTOP);
        if (lua_host_load(host, text, length, strrchr(path, '/') + 1, cause) < 0) {
            lua_host_destroy(host);
            host = NULL;
        }
    }
    free(text);
    return host;
}
