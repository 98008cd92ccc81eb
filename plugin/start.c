/* start.c: what a step is started with. */
#include "plugin/start.h"

#include "lib/launcher/launcher_session.h"

#include <string.h>

void start_release(struct start *start)
{
    launcher_session_destroy(start->launcher.session);
    step_layout_release(&start->layout);
    ours_release(&start->ours);
    step_files_release(&start->files);
    one_voice_release(&start->voice);
    membership_release(&start->membership);
    memset(start, 0, sizeof(*start));
}
