/** The registry programs: how each is started, and what its processes use. */
@NullMarked
package dev.breakwater.benchmarks.registry;

import org.jspecify.annotations.NullMarked;
