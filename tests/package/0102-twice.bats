#!/usr/bin/env bats
# Two builds of one source are equal to the byte: in another directory, on another day, under another
# umask and language, and from what a released tarball holds. Each a whole build, so these run where
# they are named.

load package

setup_file() { need_packages && need_rpms; }

setup() {
    elsewhere=$BATS_TEST_TMPDIR/another/place
    mkdir -p "$elsewhere"
    make -s -C "$built" distdir distdir="$elsewhere/tree" >&2
    find "$elsewhere/tree" -exec touch -h -d '2021-01-01 12:00' {} +
}

# is_equal KIND FILE...: made once more.
is_equal() {
    local kind=$1 file
    shift
    (cd "$elsewhere/tree" && umask 077 && ./configure -q --prefix=/usr --sysconfdir=/etc \
        --localstatedir=/var --runstatedir=/run >&2 && LANG=de_DE.UTF-8 TZ=Asia/Tokyo make -s "$kind" >&2)
    for file; do
        cmp "$file" "$elsewhere/tree/packages/${file##*/}"
    done
}

@test "the packages of make deb" { is_equal deb "$packages"/*.deb; }

@test "the packages of make rpm" { is_equal rpm "$packages"/rpm/*.rpm; }
