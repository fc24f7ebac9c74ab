@NullMarked
package dev.breakwater.core.access;

import org.jspecify.annotations.NullMarked;
