#!/bin/bash
# A Slurm array that labels a folder of photos with 100 tasks. docs/shards.md explains it.
#   sbatch deploy/slurm.sh PHOTOS RESULTS
#SBATCH --job-name=mien
#SBATCH --array=0-99
#SBATCH --cpus-per-task=1
#SBATCH --mem=2G
#SBATCH --time=08:00:00
#SBATCH --requeue
#SBATCH --output=mien-%A_%a.log
set -euo pipefail
photos=${1:?the folder of the photos, or @FILE}
results=${2:?the folder of the results}

exec mien predict "$photos" --shard auto --csv -o "$results/faces-{shard}.csv" --resume \
    --threads "$SLURM_CPUS_PER_TASK" --quiet
