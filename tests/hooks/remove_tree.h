/* remove_tree.h: a test's directory, with all that is in it. */
#ifndef ATELIER_REMOVE_TREE_H
#define ATELIER_REMOVE_TREE_H

/* Returns 0, or what nftw(3) or remove(3) failed with. */
int remove_tree(const char *path);

#endif
