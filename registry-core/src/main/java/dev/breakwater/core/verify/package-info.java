/** Verifying the blob store: files against rows, while everybody goes on working. */
@NullMarked
package dev.breakwater.core.verify;

import org.jspecify.annotations.NullMarked;
