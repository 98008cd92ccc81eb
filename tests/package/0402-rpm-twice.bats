#!/usr/bin/env bats
# Two builds of one source for RPM are equal to the byte: in another directory, on another day, under
# another umask and language. A whole build, so this runs where it is named.

load package

setup_file() { need_rpms; }

@test "two builds of one source are equal to the byte" {
    elsewhere=$BATS_TEST_TMPDIR/another/place
    mkdir -p "$elsewhere"
    make -s -C "$built" distdir distdir="$elsewhere/tree" >&2
    find "$elsewhere/tree" -exec touch -h -d '2021-01-01 12:00' {} +
    (cd "$elsewhere/tree" && umask 077 && ./configure -q --prefix=/usr --sysconfdir=/etc \
        --localstatedir=/var --runstatedir=/run >&2 && LANG=de_DE.UTF-8 TZ=Asia/Tokyo make -s rpm >&2)
    for file in "$packages"/rpm/*.rpm; do
        cmp "$file" "$elsewhere/tree/packages/${file##*/}"
    done
}
