#!/usr/bin/env bash
# The start of 'mien' as a process, on .NET and native: published ReadyToRun with its own runtime, and compiled ahead of
# time. The programs take turns, so that other work on the machine affects them alike.
#
#   benchmarks/startup.sh [RUNS] [FOLDER...]
#
# RUNS: measured runs of each command and program, 10 by default; one more run before them brings all files into the
# cache.
# FOLDER: published programs; by default both are published into a temporary folder. The native one needs clang.
# Measured with the output redirected to /dev/null. Not measured: a cold disk, the output of a terminal. The load
# average is printed because other running programs affect every figure: on two busy cores expect about 50 % more.
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-10}
folders=("${@:2}")
face=samples/faces/happiness.png

if [ ${#folders[@]} -eq 0 ]; then
    published=$(mktemp -d)
    trap 'rm -rf "$published"' EXIT
    rid=$(dotnet --info | sed -n 's/^ *RID: *//p' | head -n 1)
    dotnet publish src/Mien.Cli -r "$rid" --self-contained -o "$published/net" >/dev/null
    dotnet publish src/Mien.Cli -r "$rid" -p:NativeProgram=true -o "$published/native" >/dev/null
    folders=("$published/net" "$published/native")
fi

# Microseconds of the wall clock.
now() { local t=${EPOCHREALTIME/[.,]/}; echo "$t"; }

measure() {
    local label=$1 start folder times name
    shift
    times=$(mktemp)
    for ((i = 0; i <= runs; i++)); do
        for folder in "${folders[@]}"; do
            start=$(now)
            "$folder/mien" "$@" >/dev/null
            [ "$i" -eq 0 ] || echo "$folder $(($(now) - start))" >>"$times"
        done
    done
    for folder in "${folders[@]}"; do
        name=$(basename "$folder")
        grep -F "$folder " "$times" | cut -d' ' -f2 | sort -n | awk -v label="$label" -v folder="$name" '
            { t[NR] = $1 / 1e6 }
            END {
                median = NR % 2 ? t[(NR + 1) / 2] : (t[NR / 2] + t[NR / 2 + 1]) / 2
                printf "%-22s %-8s median %.3f s, fastest %.3f, slowest %.3f (%d runs)\n",
                    label, folder, median, t[1], t[NR], NR
            }'
    done
    rm -f "$times"
}

load=$(cut -d' ' -f1-3 /proc/loadavg 2>/dev/null || uptime)
processor=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1)
echo "$(date -u +%F), commit $(git rev-parse --short HEAD), .NET $(dotnet --version) (SDK), load $load"
echo "$processor, $(getconf _NPROCESSORS_ONLN) logical cores"
for folder in "${folders[@]}"; do
    echo "$(basename "$folder"): $(du -smL "$folder" | cut -f1) MB, $(find -L "$folder" -type f | wc -l) files"
done
measure "mien --version" --version
measure "mien predict --help" predict --help
measure "mien predict face.png" predict --crop "$face"
measure "mien predict 7 faces" predict --crop samples/faces --quiet
measure "mien predict photo.jpg" predict samples/photo.jpg --quiet
