# ATELIER_COMPILER_FLAGS: warnings and hardening, each kept if the compiler takes it;
# --enable-sanitizers, --enable-fuzzing and --enable-werror for developers.
AC_DEFUN([ATELIER_TRY_CFLAG],
  [AC_MSG_CHECKING([whether $CC takes $1])
   atelier_saved_cflags=$CFLAGS
   CFLAGS="$CFLAGS -Werror $1"
   AC_COMPILE_IFELSE([AC_LANG_PROGRAM],
     [AC_MSG_RESULT([yes]); ATELIER_CFLAGS="$ATELIER_CFLAGS $1"],
     [AC_MSG_RESULT([no])])
   CFLAGS=$atelier_saved_cflags])

AC_DEFUN([ATELIER_COMPILER_FLAGS],
  [AC_ARG_ENABLE([sanitizers],
     [AS_HELP_STRING([--enable-sanitizers],
       [build the programs and tests with the address and undefined-behaviour sanitizers])])
   AC_ARG_ENABLE([fuzzing],
     [AS_HELP_STRING([--enable-fuzzing],
       [build the fuzz targets, and all else so that they see into it; needs clang, and means
        --enable-sanitizers])],
     [AS_IF([test "$enableval" = yes], [enable_sanitizers=yes])])
   AC_ARG_ENABLE([werror],
     [AS_HELP_STRING([--enable-werror], [treat warnings as errors])])
   ATELIER_CFLAGS=
   m4_foreach_w([flag],
     [-Wall -Wextra -Wshadow -Wformat=2 -Wvla -Wstrict-prototypes -Wmissing-prototypes
      -fPIC -fvisibility=hidden -fstack-protector-strong -fstack-clash-protection],
     [ATELIER_TRY_CFLAG(flag)
])
   AS_IF([test "$enable_werror" = yes], [ATELIER_CFLAGS="$ATELIER_CFLAGS -Werror"])
   ATELIER_SANITIZE=
   AS_IF([test "$enable_sanitizers" = yes],
     [ATELIER_SANITIZE="-fsanitize=address,undefined -fno-sanitize-recover=undefined"
      ATELIER_SANITIZE="$ATELIER_SANITIZE -fno-omit-frame-pointer"
      AS_IF([test "$enable_fuzzing" = yes],
        [ATELIER_SANITIZE="$ATELIER_SANITIZE -fsanitize=fuzzer-no-link"])],
     [ATELIER_CFLAGS="$ATELIER_CFLAGS -D_FORTIFY_SOURCE=2"])
   AM_CONDITIONAL([SANITIZERS], [test "$enable_sanitizers" = yes])
   AM_CONDITIONAL([FUZZING], [test "$enable_fuzzing" = yes])
   ATELIER_LDFLAGS="-Wl,-z,relro -Wl,-z,now"
   AC_SUBST([ATELIER_CFLAGS])
   AC_SUBST([ATELIER_LDFLAGS])
   AC_SUBST([ATELIER_SANITIZE])])
