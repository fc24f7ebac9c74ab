/** Requests to other systems, and which addresses they may go to. */
@NullMarked
package dev.breakwater.core.outbound;

import org.jspecify.annotations.NullMarked;
