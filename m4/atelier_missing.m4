# ATELIER_MISSING(WHAT, DEBIAN-PACKAGE): notes one missing prerequisite.
# ATELIER_REPORT_MISSING: ends configure with all of them at once, not the first one only.
AC_DEFUN([ATELIER_MISSING],
  [atelier_missing="$atelier_missing
  $1  (Debian: apt-get install $2)"
   atelier_packages="$atelier_packages $2"])

AC_DEFUN([ATELIER_REPORT_MISSING],
  [AS_IF([test -n "$atelier_missing"],
    [AC_MSG_ERROR([what Atelier is built from is not all here:$atelier_missing
All at once:
  apt-get install$atelier_packages])])])
