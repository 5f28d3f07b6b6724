/* SPDX-License-Identifier: GPL-2.0 */
/* The workloads. Sizes are those for the machine of their boot; mostly it has 256 MiB. */
#ifndef WORKLOAD_WORKLOADS_H
#define WORKLOAD_WORKLOADS_H

#include "scale.h"
#include "trial.h"

/* What the kernel leaves of 256 MiB, which is what "memory" means in the workloads. */
#define USABLE	(192 * MIB)

extern const struct trial trial_large, trial_rmw, trial_after, trial_cgroup, trial_pressure,
	trial_cpus, trial_tail, trial_sparse, trial_dense, trial_bandwidth, trial_idle, trial_fits,
	trial_pagein, trial_size, trial_evacuate, trial_handler;

#endif
