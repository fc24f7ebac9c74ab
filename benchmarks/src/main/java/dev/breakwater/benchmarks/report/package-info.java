/** What was measured: samples, goals, the table and the JSON file. */
@NullMarked
package dev.breakwater.benchmarks.report;

import org.jspecify.annotations.NullMarked;
