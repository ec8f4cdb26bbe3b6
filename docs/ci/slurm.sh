#!/bin/sh
# Slurm: an array of sixteen shards in one folder of a shared file system, and the verdict when all have ended:
#   job=$(sbatch --parsable docs/ci/slurm.sh)
#   sbatch --dependency=afterany:$job --wrap 'npx bnspec merge journals'
#SBATCH --job-name=bnspec
#SBATCH --array=1-16
#SBATCH --time=04:00:00
#SBATCH --requeue
exec npx bnspec run "${TARGET:-./adapter.py}" --effort thorough \
  --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_MAX" --journal "${JOURNALS:-journals}"
