# ATELIER_PLUGIN_DIR: where Slurm looks for its plugins, which --prefix says nothing of:
# --with-plugin-dir, else what Slurm itself says, else where the library lies that its
# commands load (slurm.conf may not be here yet), else where below their prefix a plugin of
# Slurm's own lies, else LIBDIR/slurm. A directory that merely exists proves nothing: it may be
# left over of a Slurm that was here before, with our own plugin in it.

# The first directory of PluginDir that is there.
AC_DEFUN([ATELIER_PLUGIN_DIR_BY_CONFIG],
  [atelier_list=`timeout 10 "$SCONTROL" show config 2>/dev/null |
     sed -n 's/^PluginDir *= *//p' | tr : ' '`
   for atelier_one in $atelier_list; do
     AS_IF([test -z "$plugindir" && test -d "$atelier_one"],
       [plugindir=$atelier_one
        atelier_by="PluginDir of scontrol show config"])
   done])

AC_DEFUN([ATELIER_PLUGIN_DIR_BY_LIBRARY],
  [atelier_library=`ldd "$SCONTROL" 2>/dev/null |
     sed -n 's/.*libslurmfull[[^ ]]* => \(.*\) (.*/\1/p'`
   AS_IF([test -f "$atelier_library"],
     [plugindir=`AS_DIRNAME(["$atelier_library"])`
      atelier_by="the library of $SCONTROL"])])

# Every Slurm since long has the plugin auth_munge or, built without munge, auth_slurm.
AC_DEFUN([ATELIER_PLUGIN_DIR_BY_NEIGHBOURS],
  [for atelier_one in "$atelier_prefix"/lib*/slurm* "$atelier_prefix"/lib/*/slurm*; do
     AS_IF([test -z "$plugindir"],
       [AS_IF([test -f "$atelier_one/auth_munge.so" || test -f "$atelier_one/auth_slurm.so"],
         [plugindir=$atelier_one
          atelier_by="Slurm's own plugins"])])
   done])

AC_DEFUN([ATELIER_PLUGIN_DIR],
  [AC_REQUIRE([ATELIER_SLURM])
   AC_ARG_WITH([plugin-dir],
     [AS_HELP_STRING([--with-plugin-dir=DIR],
       [install atelier.so into DIR @<:@Slurm's PluginDir, else LIBDIR/slurm@:>@])],
     [AS_CASE([$withval],
        [/*], [plugindir=$withval atelier_by=--with-plugin-dir],
        [AC_MSG_ERROR([--with-plugin-dir needs an absolute path, not `$withval'])])])
   AC_MSG_CHECKING([where Slurm looks for plugins])
   AS_IF([test -z "$plugindir"], [ATELIER_PLUGIN_DIR_BY_CONFIG])
   AS_IF([test -z "$plugindir"], [ATELIER_PLUGIN_DIR_BY_LIBRARY])
   AS_IF([test -z "$plugindir"], [ATELIER_PLUGIN_DIR_BY_NEIGHBOURS])
   AS_IF([test -n "$plugindir"],
     [AC_MSG_RESULT([$plugindir (by $atelier_by)])],
     [plugindir="\$(libdir)/slurm"
      AC_MSG_RESULT([LIBDIR/slurm (a guess)])
      AC_MSG_WARN([there is no Slurm here to ask where it looks for plugins: compare with
  `scontrol show config | grep PluginDir' on a node, or give --with-plugin-dir])])
   AC_SUBST([plugindir])])
