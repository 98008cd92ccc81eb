/* framework.c: checks and cuts the value of --framework. */
#include "lib/option/framework.h"

#include <stdio.h>
#include <string.h>

static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                              "0123456789._/=,-";

const char *framework_settings(const char *text)
{
    const char *colon = strchr(text, ':');

    return colon ? colon + 1 : "";
}

static int refuse_name(const char *source, const char *text, struct error *error)
{
    char quoted[NAME_QUOTED_SIZE];

    name_quote(text, quoted, sizeof(quoted));
    return error_set(error, ERROR_USER,
                     "%s=%s is not the name of a framework: a name is 1 to %d letters, "
                     "digits, '.', '_' or '-', and starts with a letter or digit",
                     source, quoted, NAME_LENGTH_MAX);
}

static int refuse_settings(const char *source, const struct framework *framework,
                           const char *settings, struct error *error)
{
    char quoted[NAME_QUOTED_SIZE];

    name_quote(settings, quoted, sizeof(quoted));
    return error_set(error, ERROR_USER,
                     "%s=%s: `%s` are no settings: write NAME or NAME=VALUE, with commas "
                     "between them, of letters, digits and '._/-', at most %d bytes",
                     source, framework->name, quoted, FRAMEWORK_SETTINGS_MAX);
}

int framework_parse(struct framework *framework, const char *source, const char *text,
                    struct error *error)
{
    const char *colon, *settings;
    size_t length;

    if (!text)
        text = "";
    colon = strchr(text, ':');
    length = colon ? (size_t)(colon - text) : strlen(text);
    if (length > NAME_LENGTH_MAX)
        return refuse_name(source, text, error);
    snprintf(framework->name, sizeof(framework->name), "%.*s", (int)length, text);
    framework->settings[0] = '\0';
    if (!name_is_valid(framework->name))
        return refuse_name(source, text, error);
    settings = framework_settings(text);
    length = strlen(settings);
    if (colon && (length == 0 || length > FRAMEWORK_SETTINGS_MAX ||
                  strspn(settings, allowed) != length))
        return refuse_settings(source, framework, settings, error);
    memcpy(framework->settings, settings, length + 1);
    return 0;
}
