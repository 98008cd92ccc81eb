/* volume.h: one export of the file server, and the mount that shows it. */
#ifndef ATELIER_NFS_VOLUME_H
#define ATELIER_NFS_VOLUME_H

#include "inode.h"
#include "name.h"
#include "retry.h"
#include "server.h"

#define FUSE_USE_VERSION 35
#include <fuse_lowlevel.h>

struct connection;
struct lock_service;
struct pages;
struct writeback;

/* What was seen of the server's clock, see names.h: nanoseconds, and when. */
struct clock_seen {
    int64_t newest, last, tick;
    long long at;
};

struct volume {
    char name[NAME_LENGTH_MAX + 1];
    char export_path[PLAN_PATH_MAX + 1];
    bool read_only;
    bool probe; /* the preflight is to write a file */
    const struct server *server;
    struct connection *connections; /* as many as the server has */
    struct writeback *writeback;    /* of the file server, shared by its volumes */
    struct pages *pages;            /* likewise */
    struct lock_service *locks;     /* NULL: the kernel keeps them within the node */
    struct inode_table inodes;
    struct inode *root;
    uint32_t read_max, write_max; /* bytes of one call, by the server's word and ours */
    bool plain_directories;       /* the server has no READDIRPLUS */
    unsigned opens;               /* of all its inodes: no open file, no hidden name */
    uint64_t numbers_given;       /* to open files so far: file.h */
    unsigned hidden_names;        /* made so far: part of the next one */
    struct retries retries;       /* of opens that were sent back */
    uint32_t moment;              /* counts what the kernel is told, see told.h */
    size_t inodes_most;           /* from there on prune.h lets the kernel forget */
    bool prunes_not;              /* this kernel cannot */
    unsigned long refused;        /* requests, because it remembers too much */
    long long refused_at;         /* after a wait, the last time */
    bool names_stay;              /* this kernel cannot drop names, see names.h */
    long long names_dropped;      /* when it did last */
    long long drops_again;        /* when it is to, or 0 */
    long long listed;             /* when it was last told names by a listing */
    struct clock_seen clock;
    bool answers_first; /* the kernel's INIT, see session.c */
    uint64_t bytes_read, bytes_written;
    uint64_t bytes_lost;          /* of writes, and no program was there to be told */
    struct fuse_session *session; /* NULL before serving */
    struct fuse_buf request;      /* the request being read; call_take_buffer takes it */
};

/* The inode behind FUSE's number. */
struct inode *volume_inode(const struct volume *volume, fuse_ino_t number);

/* Its number, the reverse. */
fuse_ino_t volume_number(const struct volume *volume, const struct inode *inode);

#endif
