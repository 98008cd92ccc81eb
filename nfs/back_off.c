/* back_off.c: the pause before something that failed is tried again. */
#include "nfs/back_off.h"

#define FIRST_MS 100

long long back_off_until(struct back_off *back_off, int most_ms, long long now)
{
    int pause_ms = back_off->pause_ms ? back_off->pause_ms : FIRST_MS;

    back_off->pause_ms = 2 * pause_ms < most_ms ? 2 * pause_ms : most_ms;
    return now + pause_ms;
}
