@NullMarked
package dev.breakwater.core.transaction;

import org.jspecify.annotations.NullMarked;
