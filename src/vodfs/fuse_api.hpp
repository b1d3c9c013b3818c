// SPDX-License-Identifier: GPL-3.0-or-later
// libfuse, with the version of its interface that this is written for.
#pragma once

#ifndef FUSE_USE_VERSION
#define FUSE_USE_VERSION 314
#endif

#include <fuse3/fuse_lowlevel.h>
