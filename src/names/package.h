/* SPDX-License-Identifier: MIT
 *
 * The package a frame belongs to: what people install, own and blame. Java's packages, node's and Python's packages by
 * the path of the file, Rust's crates, C++'s outermost namespaces; else the module. */
#ifndef NAMES_PACKAGE_H
#define NAMES_PACKAGE_H

#include <stdbool.h>

#include "base/str.h"

struct arena;

/* Empty when nothing is known. */
struct str name_package(struct str name, struct str module, bool is_kernel, bool is_jit, struct arena *arena);

#endif
