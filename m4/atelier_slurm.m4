# ATELIER_SLURM: Slurm's plugin header, and its version for the summary.
AC_DEFUN([ATELIER_SLURM],
  [AC_CHECK_HEADER([slurm/spank.h], [],
    [ATELIER_MISSING([Slurm's header slurm/spank.h], [libslurm-dev])])])
