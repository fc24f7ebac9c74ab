/** The program: its command line, and the one place that wires everything together. */
@NullMarked
package dev.breakwater.http.app;

import org.jspecify.annotations.NullMarked;
