/** How much room there is where blobs are kept. */
@NullMarked
package dev.breakwater.core.volume;

import org.jspecify.annotations.NullMarked;
