/* slurm_version.h: stands for that of a release that is not here, 26.05.3 with
 * -DDESCRIBED=26,5,3. */
#ifndef DESCRIBED_SLURM_VERSION_H
#define DESCRIBED_SLURM_VERSION_H

/* Three numbers in one, of which Slurm compares the first two with its own. */
#define SLURM_VERSION_NUM(major, minor, micro) \
    (((major) << 16) + ((minor) << 8) + (micro))
#define DESCRIBED_NUMBER(...) SLURM_VERSION_NUM(__VA_ARGS__)
#define SLURM_VERSION_NUMBER DESCRIBED_NUMBER(DESCRIBED)

#endif
