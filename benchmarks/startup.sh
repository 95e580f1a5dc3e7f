#!/usr/bin/env bash
# The start-up time of 'mien predict --crop face.png': the whole process, published ReadyToRun with its own runtime.
#
#   benchmarks/startup.sh [RUNS] [FOLDER]
#
# RUNS: measured runs of each command, 10 by default; one more run before them brings all files into the cache.
# FOLDER: a published program; by default it is published into a temporary folder.
# Measured with the output redirected to /dev/null. Not measured: a cold disk, the output of a terminal. The load
# average is printed because other running programs affect every figure: on two busy cores expect about 50 % more.
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-10}
folder=${2:-}
face=samples/faces/happiness.png

if [ -z "$folder" ]; then
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    rid=$(dotnet --info | sed -n 's/^ *RID: *//p' | head -n 1)
    dotnet publish src/Mien.Cli -r "$rid" --self-contained -o "$folder" >/dev/null
fi

# Microseconds of the wall clock.
now() { local t=${EPOCHREALTIME/[.,]/}; echo "$t"; }

measure() {
    local label=$1 start
    shift
    "$@" >/dev/null
    for ((i = 0; i < runs; i++)); do
        start=$(now)
        "$@" >/dev/null
        echo $(($(now) - start))
    done | sort -n | awk -v label="$label" '
        { t[NR] = $1 / 1e6 }
        END {
            median = NR % 2 ? t[(NR + 1) / 2] : (t[NR / 2] + t[NR / 2 + 1]) / 2
            printf "%-28s median %.3f s, fastest %.3f, slowest %.3f (%d runs)\n", label, median, t[1], t[NR], NR
        }'
}

load=$(cut -d' ' -f1-3 /proc/loadavg 2>/dev/null || uptime)
processor=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1)
echo "$(date -u +%F), commit $(git rev-parse --short HEAD), .NET $(dotnet --version) (SDK), load $load"
echo "$processor, $(getconf _NPROCESSORS_ONLN) logical cores"
measure "mien --version" "$folder/mien" --version
measure "mien predict --help" "$folder/mien" predict --help
measure "mien predict face.png" "$folder/mien" predict --crop "$face"
measure "mien predict 7 faces" "$folder/mien" predict --crop samples/faces --quiet
