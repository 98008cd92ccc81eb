# ATELIER_SLURM: Slurm's plugin header, and the path that scontrol will have.
AC_DEFUN([ATELIER_SLURM],
  [AC_CHECK_HEADER([slurm/spank.h], [],
    [ATELIER_MISSING([Slurm's header slurm/spank.h], [libslurm-dev])])
   AC_PATH_PROG([SCONTROL], [scontrol], [/usr/bin/scontrol])])
