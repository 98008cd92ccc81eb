# ATELIER_SLURM: Slurm's plugin header, the path that scontrol will have, and where slurm.conf is
# when Slurm does not say: of the Slurm in PATH, or of --with-slurm. Nothing is linked with Slurm:
# what loads the plugin has its symbols.

AC_DEFUN([ATELIER_SLURM_PREFIX],
  [slurmconfdir="\$(sysconfdir)/slurm"
   AC_ARG_WITH([slurm],
     [AS_HELP_STRING([--with-slurm=PREFIX],
       [the Slurm in PREFIX, as /opt/slurm: its header, its commands, its plugin directory
        @<:@the one whose scontrol is in PATH@:>@])],
     [AS_CASE([$withval],
        [/*], [],
        [AC_MSG_ERROR([--with-slurm needs an absolute path, not `$withval'])])
      for atelier_file in bin/scontrol include/slurm/spank.h; do
        AS_IF([test ! -f "$withval/$atelier_file"],
          [AC_MSG_ERROR([--with-slurm=$withval: there is no $withval/$atelier_file])])
      done
      SCONTROL=$withval/bin/scontrol
      CPPFLAGS="-isystem $withval/include $CPPFLAGS"
      AS_UNSET([ac_cv_header_slurm_spank_h])
      AS_UNSET([ac_cv_path_SCONTROL])
      AS_IF([test -d "$withval/etc"], [slurmconfdir=$withval/etc])])
   AC_SUBST([slurmconfdir])])

# A Slurm with a prefix of its own, /opt/slurm, has its header beside its commands. Of what it has
# in it, the compiler warns no more than of what is in /usr/include.
AC_DEFUN([ATELIER_SLURM_HEADER],
  [atelier_prefix=`AS_DIRNAME(["$SCONTROL"])`
   atelier_prefix=`AS_DIRNAME(["$atelier_prefix"])`
   AC_CHECK_HEADER([slurm/spank.h], [],
     [AS_UNSET([ac_cv_header_slurm_spank_h])
      AS_IF([test -f "$atelier_prefix/include/slurm/spank.h"],
        [CPPFLAGS="$CPPFLAGS -isystem $atelier_prefix/include"
         AC_MSG_NOTICE([Slurm's header is in $atelier_prefix/include])],
        [ATELIER_MISSING([Slurm's header slurm/spank.h], [libslurm-dev])])])])

# 0x160508 is 22.05.8. Slurm's commands say their release only where there is a slurm.conf,
# so they are given one. Other digits than those of the first two numbers do not matter.
AC_DEFUN([ATELIER_SLURM_RELEASE],
  [AC_MSG_CHECKING([for which release of Slurm])
   AC_COMPUTE_INT([atelier_release], [SLURM_VERSION_NUMBER >> 8],
     [#include <slurm/slurm_version.h>], [atelier_release=0])
   atelier_header=`printf %d.%02d $((atelier_release / 256)) $((atelier_release % 256))`
   AC_MSG_RESULT([$atelier_header])
   AC_SUBST([SLURM_RELEASE], [$atelier_header])
   printf 'ClusterName=none\nSlurmctldHost=localhost\n' >conftest.conf
   atelier_command=`SLURM_CONF=\`pwd\`/conftest.conf timeout 10 "$SCONTROL" --version \
     2>/dev/null | sed -n 's/^slurm[[^ ]]* \([[0-9]]*\.[[0-9]]*\).*/\1/p'`
   rm -f conftest.conf
   AS_IF([test -n "$atelier_command" && test "$atelier_command" != "$atelier_header"],
     [AC_MSG_WARN([the header is of Slurm $atelier_header, but $SCONTROL of $atelier_command:
  Slurm loads no plugin of another release, and stops where it is required])])])

AC_DEFUN([ATELIER_SLURM],
  [ATELIER_SLURM_PREFIX
   AC_PATH_PROG([SCONTROL], [scontrol], [/usr/bin/scontrol])
   ATELIER_SLURM_HEADER
   ATELIER_SLURM_RELEASE])
