/* file_edit.c: replaces files of the site. */
#include "cli/file_edit.h"

#include "cli/json_text.h"
#include "lib/trusted_file.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define NEW_MODE 0644
#define NAMES_SIZE 4096 /* of extended attributes */
#define VALUE_SIZE 4096

static json_t *text_of(const char *path)
{
    struct error fault = {.party = ERROR_NONE};
    size_t length;
    char *text = plain_file_read(path, &length, &fault);
    bool is_text = text && strlen(text) == length;
    json_t *value = is_text ? json_stringn(text, length) : NULL;

    if (text && !value)
        error_set(&fault, ERROR_SITE, "%s is not a text in UTF-8", path);
    free(text);
    if (value)
        return json_pack("{s:s, s:o}", "path", path, "text", value);
    return json_pack("{s:s, s:s}", "path", path, "fault", fault.text);
}

json_t *file_edit_texts(const struct command_context *context, const json_t *question,
                        struct error *error)
{
    json_t *answers = json_array();
    const json_t *pattern;
    size_t index;

    (void)context;
    (void)error;
    json_array_foreach(json_object_get(question, "patterns"), index, pattern) {
        json_t *files = json_array();
        glob_t found = {.gl_pathc = 0};

        glob(json_string_value(pattern), 0, NULL, &found);
        for (size_t i = 0; i < found.gl_pathc; i++)
            json_array_append_new(files, text_of(found.gl_pathv[i]));
        globfree(&found);
        json_array_append_new(answers, files);
    }
    return answers;
}

/* Whether the file has the text that the change was made for. */
static int check_text(const char *path, const char *was, struct error *error)
{
    struct error fault = {.party = ERROR_NONE};
    size_t length;
    char *text = access(path, F_OK) == 0 ? plain_file_read(path, &length, &fault) : NULL;
    bool same =
        text && was ? strcmp(text, was) == 0 && strlen(text) == length : !text && !was;

    free(text);
    if (fault.party != ERROR_NONE)
        return error_set(error, fault.party, "%s", fault.text);
    return same ? 0
                : error_set(error, ERROR_USER,
                            "%s was changed meanwhile and is left as it is: run it again",
                            path);
}

/* An attribute that the file system does not take, or that is not root's to give, is not
 * one that Slurm would miss. */
static void copy_attributes(const char *from, int to)
{
    char names[NAMES_SIZE], value[VALUE_SIZE];
    ssize_t length = listxattr(from, names, sizeof(names));

    for (char *name = names; length > 0 && name < names + length;
         name += strlen(name) + 1) {
        ssize_t size = getxattr(from, name, value, sizeof(value));

        if (size >= 0)
            (void)!fsetxattr(to, name, value, (size_t)size, 0);
    }
}

static int write_whole(int fd, const char *text)
{
    for (size_t left = strlen(text); left > 0;) {
        ssize_t count = write(fd, text, left);

        if (count < 0 && errno != EINTR)
            return -1;
        text += count > 0 ? count : 0;
        left -= count > 0 ? (size_t)count : 0;
    }
    return 0;
}

/* The new file is as the old one was, or as new ones are. */
static int dress(int fd, const char *path)
{
    struct stat status;

    if (stat(path, &status) < 0)
        return fchmod(fd, NEW_MODE);
    if (fchown(fd, status.st_uid, status.st_gid) < 0 ||
        fchmod(fd, status.st_mode & 07777) < 0)
        return -1;
    copy_attributes(path, fd);
    return 0;
}

int file_edit_replace(const char *path, const char *text, file_edit_dress *dressed,
                      struct error *error)
{
    char beside[PATH_MAX + 8];
    int fd, status;

    snprintf(beside, sizeof(beside), "%s.XXXXXX", path);
    fd = mkostemp(beside, O_CLOEXEC);
    status = fd < 0 ? -1 : dressed ? dressed(fd, path) : 0;
    if (status == 0)
        status = write_whole(fd, text) < 0 ? -1 : fsync(fd);
    if (status == 0)
        status = rename(beside, path);
    if (status < 0)
        error_set(error, ERROR_USER, "cannot write %s: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    if (fd >= 0 && status < 0)
        unlink(beside);
    return status;
}

int file_edit_make(const json_t *change, struct error *error)
{
    const char *text = json_string_value(json_object_get(change, "text"));
    const char *was = json_string_value(json_object_get(change, "was"));
    const char *named = json_text(change, "path");
    char path[PATH_MAX];

    if (was ? !realpath(named, path)
            : snprintf(path, sizeof(path), "%s", named) >= PATH_MAX)
        return error_set(error, ERROR_USER, "cannot find %s: %s", named, strerror(errno));
    if (check_text(path, was, error) < 0)
        return -1;
    if (text)
        return file_edit_replace(path, text, dress, error);
    /* The link that leads to it is the site's, and stays. */
    if (unlink(path) < 0)
        return error_set(error, ERROR_USER, "cannot remove %s: %s", path,
                         strerror(errno));
    return 0;
}
