/** The least that a registry does, so that others can be compared with it: a process of its own. */
@NullMarked
package dev.breakwater.benchmarks.reference;

import org.jspecify.annotations.NullMarked;
