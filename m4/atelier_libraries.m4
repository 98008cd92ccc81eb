# ATELIER_LIBRARIES: the libraries that pkg-config knows.
AC_DEFUN([ATELIER_LIBRARIES],
  [PKG_CHECK_MODULES([LUA], [lua5.4], [],
     [PKG_CHECK_MODULES([LUA], [lua-5.4], [],
       [ATELIER_MISSING([Lua 5.4], [liblua5.4-dev])])])
   PKG_CHECK_MODULES([LIBNFS], [libnfs >= 4.0.0], [],
     [ATELIER_MISSING([libnfs 4.0.0 or later], [libnfs-dev])])
   PKG_CHECK_MODULES([FUSE], [fuse3 >= 3.10], [],
     [ATELIER_MISSING([libfuse 3.10 or later], [libfuse3-dev])])
   PKG_CHECK_MODULES([JANSSON], [jansson], [],
     [ATELIER_MISSING([jansson], [libjansson-dev])])
   PKG_CHECK_MODULES([SMARTCOLS], [smartcols >= 2.32], [],
     [ATELIER_MISSING([libsmartcols 2.32 or later], [libsmartcols-dev])])
   PKG_CHECK_MODULES([SODIUM], [libsodium >= 1.0.18], [],
     [ATELIER_MISSING([libsodium 1.0.18 or later], [libsodium-dev])])
   PKG_CHECK_MODULES([CMOCKA], [cmocka], [have_cmocka=yes], [have_cmocka=no])
   AM_CONDITIONAL([HAVE_CMOCKA], [test "$have_cmocka" = yes])])
