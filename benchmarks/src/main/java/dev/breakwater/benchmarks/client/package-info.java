/** Clients that cost little, so that the registry is what is measured. */
@NullMarked
package dev.breakwater.benchmarks.client;

import org.jspecify.annotations.NullMarked;
