/** Runs registries side by side on one machine and compares what they can do. */
@NullMarked
package dev.breakwater.benchmarks;

import org.jspecify.annotations.NullMarked;
