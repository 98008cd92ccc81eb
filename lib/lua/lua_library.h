/* lua_library.h: what a script finds in its state (only for lua_host.c).
 *
 * The C functions here are called by Lua and may raise: an error then leaves them by
 * longjmp, so that they hold nothing that is to be released when they raise.
 */
#ifndef ATELIER_LUA_LIBRARY_H
#define ATELIER_LUA_LIBRARY_H

#include <lua.h>
#include <stdbool.h>

#define LUA_MODULES_PATH_SIZE 1024 /* bytes, with the terminating NUL */

/* Where `require` looks for modules. */
struct lua_modules {
    char path[LUA_MODULES_PATH_SIZE]; /* "": nowhere */
    bool trusted;                     /* read through trusted_file_read */
};

/* A lua_CFunction that makes the globals. Its argument is a light userdata, the struct
 * lua_modules, which must live as long as the state. */
int lua_library_open(lua_State *state);

#endif
