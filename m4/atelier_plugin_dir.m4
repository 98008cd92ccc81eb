# ATELIER_PLUGIN_DIR: where Slurm looks for plugins: --with-plugin-dir, else LIBDIR/slurm-wlm
# (Debian) where that exists, else LIBDIR/slurm.
AC_DEFUN([ATELIER_PLUGIN_DIR],
  [AC_ARG_WITH([plugin-dir],
     [AS_HELP_STRING([--with-plugin-dir=DIR],
       [install atelier.so into DIR @<:@LIBDIR/slurm-wlm or LIBDIR/slurm@:>@])],
     [plugindir=$withval],
     [AS_IF([test -d "/usr/lib/$($CC -print-multiarch 2>/dev/null)/slurm-wlm"],
       [plugindir="\$(libdir)/slurm-wlm"], [plugindir="\$(libdir)/slurm"])])
   AC_SUBST([plugindir])])
