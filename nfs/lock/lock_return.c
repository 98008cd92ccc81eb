/* lock_return.c: keeps the place of a waiter who was interrupted and comes back. */
#include "nfs/lock/lock_return.h"

#include <string.h>

void lock_return_expect(struct lock_returns *returns, const struct lock_request *request,
                        long long now)
{
    const struct lock_holder *holder = request->holder;
    struct lock_return *place = &returns->all[returns->next++ % LOCK_RETURNS];

    *place = (struct lock_return){.number = holder->owner.number,
                                  .whole_file = holder->owner.whole_file,
                                  .handle_length = holder->handle_length,
                                  .first = request->first,
                                  .last = request->last,
                                  .order = request->order,
                                  .left = now};
    memcpy(place->handle, holder->handle, holder->handle_length);
}

static bool is_for(const struct lock_return *place, const struct lock_request *request)
{
    const struct lock_holder *holder = request->holder;

    return place->left && place->number == holder->owner.number &&
           place->whole_file == holder->owner.whole_file &&
           place->first == request->first && place->last == request->last &&
           place->handle_length == holder->handle_length &&
           memcmp(place->handle, holder->handle, place->handle_length) == 0;
}

uint64_t lock_return_find(struct lock_returns *returns,
                          const struct lock_request *request, long long now)
{
    for (int i = 0; i < LOCK_RETURNS; i++) {
        struct lock_return *place = &returns->all[i];

        if (is_for(place, request) && now - place->left <= LOCK_RETURN_MS) {
            place->left = 0;
            return place->order;
        }
    }
    return 0;
}
