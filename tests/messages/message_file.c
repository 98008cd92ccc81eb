/* message_file.c: reads and writes recorded messages. */
#include "tests/messages/message_file.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define LINE_SIZE 8192
#define DIGITS_A_LINE 80

/* Opens the file behind the line "KIND NAME". */
static FILE *open_at(const char *path, const char *kind, const char *name)
{
    FILE *file = fopen(path, "r");
    char line[LINE_SIZE], wanted[LINE_SIZE];

    snprintf(wanted, sizeof(wanted), "%s %s\n", kind, name);
    while (file && fgets(line, sizeof(line), file))
        if (strcmp(line, wanted) == 0)
            return file;
    if (file)
        fclose(file);
    return NULL;
}

/* Returns whether the file has one more line of the message. */
static bool next_line(FILE *file, char line[LINE_SIZE])
{
    if (!fgets(line, LINE_SIZE, file))
        return false;
    line[strcspn(line, "\n")] = '\0';
    return *line;
}

/* The record is read as from a socket. */
struct record *message_file_record(const char *path, const char *name)
{
    FILE *file = open_at(path, "message", name);
    char line[LINE_SIZE], whole[RECORD_SIZE_MAX];
    size_t length = 0;

    if (!file)
        return NULL;
    while (next_line(file, line) && length + strlen(line) < sizeof(whole)) {
        strcpy(whole + length, line);
        length += strlen(line) + 1;
    }
    fclose(file);
    return record_decode(whole, length);
}

size_t message_file_bytes(const char *path, const char *name, unsigned char *bytes,
                          size_t size)
{
    FILE *file = open_at(path, "bytes", name);
    char line[LINE_SIZE];
    size_t length = 0;

    if (!file)
        return 0;
    while (next_line(file, line))
        for (const char *digits = line; *digits && length < size; digits += 2) {
            const char one[] = {digits[0], digits[1], '\0'};

            bytes[length++] = (unsigned char)strtoul(one, NULL, 16);
        }
    fclose(file);
    return length;
}

void message_file_add_record(FILE *file, const char *name, const struct record *record)
{
    fprintf(file, "\nmessage %s\n", name);
    for (size_t i = 0; i < record_count(record); i++)
        fprintf(file, "%s=%s\n", record_key(record, i), record_value(record, i));
}

void message_file_add_bytes(FILE *file, const char *name, const unsigned char *bytes,
                            size_t length)
{
    fprintf(file, "\nbytes %s", name);
    for (size_t i = 0; i < length; i++)
        fprintf(file, "%s%02x", i % (DIGITS_A_LINE / 2) ? "" : "\n", bytes[i]);
    fprintf(file, "\n");
}
