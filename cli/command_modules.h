/* command_modules.h: the commands that are modules in Lua. */
#ifndef ATELIER_COMMAND_MODULES_H
#define ATELIER_COMMAND_MODULES_H

#include <jansson.h>

/* Returns the names of the modules below the engine's directory `lua`, "policy" for
 * atelier/command/policy.lua, as an array that the caller owns. */
json_t *command_modules(const char *lua);

#endif
