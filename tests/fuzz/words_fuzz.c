/* words_fuzz.c: words of users and of plugstack.conf: --mount, --framework, settings. */
#include "tests/fuzz/fuzz.h"

#include "lib/option/framework.h"
#include "lib/option/mount_list.h"
#include "lib/settings.h"

static void try_mounts(const char *text, const char *other)
{
    struct error error = {0};
    const char *missing;

    if (mount_list_check("--mount", text, &error) == 0) {
        FUZZ_REQUIRE(strlen(text) <= MOUNT_LIST_MAX);
        FUZZ_REQUIRE(!strpbrk(text, " \n;$`'\"\\*?") && !strstr(text, "/../"));
        FUZZ_REQUIRE(!mount_list_missing(text, text));
    } else {
        FUZZ_REQUIRE(error.text[0] && !strchr(error.text, '\n'));
    }
    missing = mount_list_missing(text, other);
    FUZZ_REQUIRE(!missing || (missing >= other && missing <= other + strlen(other)));
    if (mount_list_is_path(text))
        FUZZ_REQUIRE(*text && *text != '/' && !strstr(text, "//"));
}

static void try_framework(const char *text)
{
    struct framework framework;
    struct error error = {0};

    if (framework_parse(&framework, "--framework", text, &error) == 0)
        FUZZ_REQUIRE(!*text ||
                     strncmp(text, framework.name, strlen(framework.name)) == 0);
    else
        FUZZ_REQUIRE(error.text[0] && !strchr(error.text, '\n'));
    FUZZ_REQUIRE(framework_settings(text) <= text + strlen(text) ||
                 !*framework_settings(text));
}

static void try_settings(const char *word)
{
    struct settings settings;
    struct error error = {0};
    char again[SETTINGS_WORD_SIZE];

    settings_init(&settings);
    if (settings_apply(&settings, word, &error) < 0)
        FUZZ_REQUIRE(error.text[0] && !strchr(error.text, '\n'));
    for (size_t i = 0; i < settings_count(); i++) {
        settings_word(&settings, i, again);
        FUZZ_REQUIRE(settings_apply(&settings, again, &error) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_bytes bytes = {data, size};
    char *text = fuzz_text(&bytes, '\0');
    char *other = fuzz_text(&bytes, '\0');

    try_mounts(text, other);
    try_framework(text);
    try_settings(text);
    free(text);
    free(other);
    return 0;
}
