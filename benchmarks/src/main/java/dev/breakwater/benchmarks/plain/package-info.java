/** A client that moves bytes to an S3 server and back, and does nothing else. */
@NullMarked
package dev.breakwater.benchmarks.plain;

import org.jspecify.annotations.NullMarked;
