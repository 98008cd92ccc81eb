# What the file server has to offer: data sets, a place for results, the users' homes; and the
# database. What takes time to make is kept in the build directory for the next `up`.

make_exports() {
    local export=$state/export
    install -d -m 0755 "$export/datasets" "$export/home" &&
        install -d -m 1777 "$export/results" &&
        make_result_directories && make_homes &&
        make_datasets
}

# The digits are scikit-learn's, which the root of another release has only for the examples.
make_datasets() {
    local script=$repository/examples/digits/make_dataset.py built
    built=$(release_build "$release")
    if [ ! "$script" -nt "$built/sandbox/digits" ] ||
        in_release /usr/bin/python3 -c 'import sklearn.datasets' 2>/dev/null; then
        make_dataset digits "$script" /usr/bin/python3 "$script" || return
    else
        echo "no data set digits: the root of $release has no python3-sklearn"
    fi
    [ ! -e "$built/examples/mpi/make_shards" ] ||
        make_dataset shards "$built/examples/mpi/make_shards" "$build/examples/mpi/make_shards"
}

make_result_directories() {
    local group name number
    for group in "${groups[@]}"; do
        IFS=: read -r name number _ <<<"$group"
        install -d "$state/export/results/$name" &&
            chown "root:$number" "$state/export/results/$name" &&
            chmod 2775 "$state/export/results/$name" || return
    done
}

make_homes() {
    local user home
    for user in "${users[@]}"; do
        home=$state/export/home/${user%:*}
        install -d -m 0700 "$home" "$home/examples" &&
            copy_examples "$home/examples" &&
            chown -R "${user#*:}:${user#*:}" "$home" || return
    done
}

# copy_examples DIRECTORY: those that exist; a build without MPI has no program to copy.
copy_examples() {
    local program
    program=$(release_build "$release")/examples/mpi/read_shards
    mkdir -p "$1/digits" "$1/mpi" &&
        cp "$repository"/examples/digits/*.{py,sh} "$1/digits/" &&
        cp "$repository"/examples/mpi/*.sh "$1/mpi/" || return
    [ ! -e "$program" ] || cp "$program" "$1/mpi/"
}

# make_dataset NAME SOURCE COMMAND...
make_dataset() {
    local cache
    make_once "$@" &&
        cp -r "$cache" "$state/export/datasets/$1" &&
        chown -R root:root "$state/export/datasets/$1" &&
        chmod -R u=rwX,go=rX "$state/export/datasets/$1"
}

# The empty database. The user mysql may not be let into the build.
make_database() {
    local cache
    # shellcheck disable=SC2016 # for the shell that is told the directory
    make_once database "$here/conf/mariadb.cnf" sh -c 'mariadb-install-db --defaults-file="$1" \
        --user=root --skip-test-db --skip-name-resolve --auth-root-authentication-method=socket \
        --datadir="$2"' sh "$here/conf/mariadb.cnf" && cp -r "$cache" "$state/database"
}

# make_once NAME SOURCE COMMAND...: the command is told the directory to fill; that is done again
# when the source has changed. Sets $cache, the directory.
make_once() {
    local name=$1 source=$2 built
    shift 2
    built=$(release_build "$release")
    cache=$built/sandbox/$name
    mkdir -p "$built/sandbox" || return
    {
        flock 7 # several clusters may come up at once
        if [ "$source" -nt "$cache" ]; then
            rm -rf "$cache" "$cache.new" && mkdir "$cache.new" &&
                in_release "$@" "$build/sandbox/$name.new" &&
                mv "$cache.new" "$cache" && touch "$cache" || return
        fi
    } 7<"$built/sandbox"
}
