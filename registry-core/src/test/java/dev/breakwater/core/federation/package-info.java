@NullMarked
package dev.breakwater.core.federation;

import org.jspecify.annotations.NullMarked;
