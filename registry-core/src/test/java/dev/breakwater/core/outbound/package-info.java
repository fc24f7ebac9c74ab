@NullMarked
package dev.breakwater.core.outbound;

import org.jspecify.annotations.NullMarked;
