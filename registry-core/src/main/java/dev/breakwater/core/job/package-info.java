/** Work that goes on by itself: executions, their tasks, and who runs them. */
@NullMarked
package dev.breakwater.core.job;

import org.jspecify.annotations.NullMarked;
