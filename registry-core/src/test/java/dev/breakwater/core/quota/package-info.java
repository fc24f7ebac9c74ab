@NullMarked
package dev.breakwater.core.quota;

import org.jspecify.annotations.NullMarked;
