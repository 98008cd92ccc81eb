/* lua_host_test.c: the limits of Lua, and what a script finds. */
#include "tests/unit/unit.h"

#include "lib/deadline.h"
#include "lib/lua/lua_host.h"
#include "tests/unit/scratch.h"

#include <stdio.h>
#include <string.h>

static const struct lua_host_limits limits = {.memory = 4 << 20, .milliseconds = 50};

/* Runs `text` as chunk "script" and keeps the host for the result on its stack. */
static struct lua_host *run(const char *text, struct error *error)
{
    struct lua_host *host = lua_host_create(scratch_path("."), false, &limits, error);

    assert_non_null(host);
    if (lua_host_load(host, text, strlen(text), "script", error) == 0 &&
        lua_host_call(host, 0, 1, error) == 0)
        return host;
    assert_int_equal(lua_gettop(lua_host_state(host)), 0);
    lua_host_destroy(host);
    return NULL;
}

static void expect(const char *text, const char *result)
{
    struct error error = NO_ERROR;
    struct lua_host *host = run(text, &error);

    if (!host)
        fail_msg("%s: %s", text, error.text);
    assert_int_equal(lua_type(lua_host_state(host), -1), LUA_TSTRING);
    assert_string_equal(lua_tostring(lua_host_state(host), -1), result);
    lua_host_destroy(host);
}

static void refuse(const char *text, const char *part)
{
    struct error error = NO_ERROR;
    struct lua_host *host = run(text, &error);

    if (host)
        fail_msg("ran: %s", text);
    assert_int_equal(error.party, ERROR_SITE);
    if (!strstr(error.text, part))
        fail_msg("%s: %s", text, error.text);
}

static void scripts_compute(void **state)
{
    (void)state;
    expect("local t = {3, 1, 2} table.sort(t) return table.concat(t, ',')", "1,2,3");
    expect("return ('%d'):format(math.floor(2.5))", "2");
    expect("return tostring(select('#', pcall(error, 'x')))", "2");
    expect("return getmetatable(setmetatable({}, {__index = {}})) and 'set'", "set");
    expect("return setmetatable({}, nil) and 'unset'", "unset");
}

static void a_function_can_be_limited(void **state)
{
    (void)state;
    expect("return table.concat({select(2, limited(5000, function(a, b) return a, b end, "
           "'x', 'y'))}, ',')",
           "x,y");
    expect("return tostring(select(2, limited(5000, error, 'no', 0)))", "no");
    expect("local done, where = limited(5000, function()\n"
           "    while true do pcall(function() while true do end end) end\nend)\n"
           "return tostring(done) .. ' ' .. where",
           "nil script:2");
    expect("for i = 1, 20 do limited(5000, function() while true do end end) end\n"
           "local done, sum = limited(50000, function()\n"
           "    local sum = 0 for i = 1, 5000 do sum = sum + i end return sum end)\n"
           "return tostring(done) .. ' ' .. sum",
           "true 12502500");
    refuse("limited(1e9 // 1 | 0, function() while true do end end) return 'on'",
           "script:1: stopped after 50 ms");
    expect("return tostring(select(2, limited(5000, limited, 1, function() end)))",
           "limited is called inside limited");
    refuse("limited('x', 1)", "number expected");
}

static void what_reaches_out_is_not_there(void **state)
{
    static const char *const names[] = {"io",    "os",       "package", "debug",
                                        "print", "loadfile", "dofile",  "collectgarbage",
                                        "warn",  "coroutine"};
    char text[64];

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(text, sizeof(text), "return type(%s)", names[i]);
        expect(text, "nil");
    }
}

static void errors_name_their_line(void **state)
{
    (void)state;
    refuse("\nreturn nil + 1", "script:2: attempt to perform arithmetic");
    refuse("return +", "script:1: unexpected symbol");
    refuse("error('a sentence', 0)", "a sentence");
    refuse("error({})", "a table");
    refuse("error(setmetatable({}, {__tostring = function() error('x') end}))",
           "a table");
    refuse("error()", "a nil");
}

static void bytecode_is_refused(void **state)
{
    (void)state;
    refuse("\x1bLua", "attempt to load a binary chunk");
    expect("return tostring(load(string.dump(function() end), 'x', 'b'))", "nil");
    expect("return select(2, load(string.dump(function() end)))",
           "attempt to load a binary chunk (mode is 't')");
}

static void load_keeps_to_its_environment(void **state)
{
    (void)state;
    expect("return load('return x', 'n', 't', {x = 'inside'})()", "inside");
    expect("x = 'global' return load('return x')()", "global");
    expect("local n = 0 return load(function() n = n + 1 return n == 1 and "
           "[[return 'parts']] or nil end)()",
           "parts");
    expect("return select(2, pcall(load('return x', 'n', nil, nil)))",
           "[string \"n\"]:1: attempt to index a nil value (upvalue '_ENV')");
}

static void xpcall_is_as_ever(void **state)
{
    (void)state;
    expect(
        "return select('#', xpcall(function(...) return ... end, error, 1, nil, 3)) .. "
        "tostring(xpcall(function(a) return a end, error, 1))",
        "4true");
    expect("return select(2, xpcall(error, function(e) return 'handled ' .. e end, 'x', "
           "0))",
           "handled x");
    expect("local ok, e, more = xpcall(error, function() error('twice', 0) end) return "
           "tostring(ok) .. e .. tostring(more)",
           "falsetwicenil");
    refuse("xpcall(error)", "function expected");
}

static void endless_scripts_end(void **state)
{
    static const char *const scripts[] = {
        "while true do end",
        "while true do pcall(function() while true do end end) end",
        "local function f() pcall(f) while true do end end f()",
        "while true do xpcall(function() while true do end end, function() while true "
        "do end end) end",
        "local f f = function() pcall(f) return f() end f()",
        "while true do local x <close> = setmetatable({}, {__close = function() while "
        "true do end end}) end",
        "local t = setmetatable({}, {__index = function() while true do end end}) "
        "while true do pcall(function() return t.x end) end",
        "table.sort({1, 2, 3, 4}, function() while true do end end)",
        "while true do pcall(load, function() while true do end end) end",
        "pcall(function() while true do end end) return 'survived'",
        "('x'):gsub('.', function() while true do end end)",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
        long long start = clock_milliseconds();

        refuse(scripts[i], "script:1: stopped after 50 ms");
        assert_between(clock_milliseconds() - start, 0, patient(3000));
    }
}

/* No hook runs inside string.find: it is let to its end, and its result is refused. */
static void slow_library_functions_are_noticed(void **state)
{
    (void)state;
    refuse("return (('a'):rep(90):find('.-.-.-.-b'))",
           "a function of Lua's library: stopped after 50 ms");
}

static void a_host_can_be_used_after_an_endless_script(void **state)
{
    struct error error = NO_ERROR;
    struct lua_host *host = lua_host_create(NULL, false, &limits, &error);
    const char *endless = "while true do end", *answer = "return 42";

    (void)state;
    assert_int_equal(lua_host_load(host, endless, strlen(endless), "a", &error), 0);
    assert_int_equal(lua_host_call(host, 0, 0, &error), -1);
    error_clear(&error);
    assert_int_equal(lua_host_load(host, answer, strlen(answer), "b", &error), 0);
    assert_int_equal(lua_host_call(host, 0, 1, &error), 0);
    assert_int_equal(lua_tointeger(lua_host_state(host), -1), 42);
    lua_host_destroy(host);
}

static void memory_is_bounded(void **state)
{
    (void)state;
    refuse("return ('x'):rep(5 << 20)", "not enough memory: Lua may use 4096 kB");
    refuse("local t = {} for i = 1, 1e9 do t[i] = {i} end", "not enough memory");
    expect("return tostring(pcall(string.rep, 'x', 1 << 30))", "false");
    expect("local part, s = ('x'):rep(1000) for i = 1, 60 do s = part:rep(100) end "
           "return 'reused'",
           "reused");
}

static void finalizers_are_refused(void **state)
{
    (void)state;
    refuse("setmetatable({}, {__gc = function() while true do end end})", "finalizers");
    refuse("local m = {} setmetatable({}, m) m.__gc = function() while true do end end "
           "setmetatable({}, m)",
           "finalizers");
    expect("local m = {} local t = setmetatable({}, m) m.__gc = function() while true do "
           "end end t = nil return 'never run'",
           "never run");
}

static void stack_overflows_are_errors(void **state)
{
    (void)state;
    refuse("local function f() return ('x'):gsub('x', f) end f()", "stack overflow");
    refuse("local s = ('('):rep(1000) return assert(load('return ' .. s))", "overflow");
    refuse("return ('x'):rep(300, ','):gsub('x', function(x) error(x) end)", "x");
}

static void modules_are_required_once(void **state)
{
    (void)state;
    scratch_write("a/b.lua", "count = (count or 0) + 1 return {count = count}");
    scratch_write("nothing.lua", "");
    scratch_write("uses.lua", "return require('a.b')");
    expect("require('a.b') return tostring(require('uses').count) .. "
           "tostring(require('nothing')) .. tostring(count)",
           "1true1");
}

static void modules_stay_in_their_directory(void **state)
{
    static const char *const names[] = {"..a", "a..b", ".a", "a.",    "",     "a/b",
                                        "/a",  "a b",  "%s", "a\\0b", "../a", "a\\n"};
    char text[64];

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(text, sizeof(text), "require('%s')", names[i]);
        refuse(text, "no module");
    }
    refuse("require(('a'):rep(5000))", "no module");
    refuse("require('missing')", "No such file");
    refuse("require({})", "string expected");
}

static void broken_modules_are_errors(void **state)
{
    (void)state;
    scratch_write("syntax.lua", "return return");
    scratch_write("fails.lua", "error('broken')");
    scratch_write("loop.lua", "require 'other'");
    scratch_write("other.lua", "require 'loop'");
    scratch_write("bytecode.lua", "\x1bLua");
    refuse("require('syntax')", "syntax.lua:1:");
    refuse("require('fails')", "fails.lua:1: broken");
    refuse("pcall(require, 'fails') require('fails')", "failed before");
    refuse("require('loop')", "requires itself");
    refuse("require('bytecode')", "binary chunk");
}

static void a_host_without_modules_has_none(void **state)
{
    struct error error = NO_ERROR;
    struct lua_host *host = lua_host_create(NULL, false, &limits, &error);

    (void)state;
    assert_int_equal(lua_host_require(host, "a", &error), -1);
    assert_contains(error.text, "no module `a`");
    assert_int_equal(lua_gettop(lua_host_state(host)), 0);
    lua_host_destroy(host);
}

static void trusted_hosts_trust_root_alone(void **state)
{
    struct error error = NO_ERROR;
    struct lua_host *host = lua_host_create(scratch_path("."), true, &limits, &error);

    (void)state;
    scratch_write("a.lua", "return 1");
    assert_int_equal(lua_host_require(host, "a", &error), -1);
    assert_contains(error.text, "root obeys");
    lua_host_destroy(host);
    error_clear(&error);
    host = lua_host_create(scratch_path("."), false, &limits, &error);
    assert_int_equal(lua_host_require(host, "a", &error), 0);
    assert_int_equal(lua_tointeger(lua_host_state(host), -1), 1);
    lua_host_destroy(host);
}

static void a_host_needs_some_memory(void **state)
{
    struct error error = NO_ERROR;

    (void)state;
    for (size_t memory = 0; memory < 40000; memory += 50) {
        struct lua_host_limits small = {.memory = memory, .milliseconds = 1000};
        struct lua_host *host = lua_host_create(NULL, false, &small, &error);

        if (host)
            error_clear(&error);
        assert_int_equal(host == NULL, error.party != ERROR_NONE);
        lua_host_destroy(host);
        if (host)
            return;
        error_clear(&error);
    }
    fail_msg("40 kB are not enough for a state");
}

#define HOST_TEST(name) \
    cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOST_TEST(scripts_compute),
        HOST_TEST(what_reaches_out_is_not_there),
        HOST_TEST(errors_name_their_line),
        HOST_TEST(bytecode_is_refused),
        HOST_TEST(load_keeps_to_its_environment),
        HOST_TEST(xpcall_is_as_ever),
        HOST_TEST(a_function_can_be_limited),
        HOST_TEST(endless_scripts_end),
        HOST_TEST(slow_library_functions_are_noticed),
        HOST_TEST(a_host_can_be_used_after_an_endless_script),
        HOST_TEST(memory_is_bounded),
        HOST_TEST(finalizers_are_refused),
        HOST_TEST(stack_overflows_are_errors),
        HOST_TEST(modules_are_required_once),
        HOST_TEST(modules_stay_in_their_directory),
        HOST_TEST(broken_modules_are_errors),
        HOST_TEST(a_host_without_modules_has_none),
        HOST_TEST(trusted_hosts_trust_root_alone),
        HOST_TEST(a_host_needs_some_memory),
    };

    return RUN_TAP(tests);
}
