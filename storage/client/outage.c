/* outage.c: keeps when a file server did not answer, as one job saw it. */
#include "storage/client/outage.h"

#include "lib/deadline.h"

#include <stdio.h>

bool outage_begin(struct outage *outage, long long milliseconds, unsigned long calls)
{
    bool is_new = outage->began == 0;

    outage->calls = calls;
    if (!is_new)
        return false;
    outage->began = clock_milliseconds() - milliseconds;
    outage->since = time(NULL) - milliseconds / 1000;
    return true;
}

bool outage_end(struct outage *outage)
{
    if (outage->began == 0)
        return false;
    outage->lasted = clock_milliseconds() - outage->began;
    outage->total += outage->lasted;
    outage->began = 0;
    outage->calls = 0;
    return true;
}

long long outage_total(const struct outage *outage)
{
    long long present = outage->began ? clock_milliseconds() - outage->began : 0;

    return outage->total + present;
}

const char *outage_time(time_t time, char text[OUTAGE_TIME_SIZE])
{
    struct tm local;

    localtime_r(&time, &local);
    strftime(text, OUTAGE_TIME_SIZE, "%Y-%m-%dT%H:%M:%S", &local);
    return text;
}

const char *outage_describe(const struct outage *outage, char text[OUTAGE_TEXT_SIZE])
{
    char since[OUTAGE_TIME_SIZE];

    outage_time(outage->since, since);
    if (outage->began)
        snprintf(text, OUTAGE_TEXT_SIZE,
                 "has not answered since %s, for %lld s: %lu calls of this job wait",
                 since, (clock_milliseconds() - outage->began) / 1000, outage->calls);
    else if (outage->lasted)
        snprintf(text, OUTAGE_TEXT_SIZE, "answers; it did not from %s on, for %lld s",
                 since, outage->lasted / 1000);
    else
        snprintf(text, OUTAGE_TEXT_SIZE, "answers");
    return text;
}
