@NullMarked
package dev.breakwater.core.expiry;

import org.jspecify.annotations.NullMarked;
