/** Starts the assembled distribution as a process and drives it with the programs people use. */
@NullMarked
package dev.breakwater.e2e;

import org.jspecify.annotations.NullMarked;
