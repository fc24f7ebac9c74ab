/** The workloads, one class for each row of the table. */
@NullMarked
package dev.breakwater.benchmarks.row;

import org.jspecify.annotations.NullMarked;
