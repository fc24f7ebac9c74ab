@NullMarked
package dev.breakwater.core.query;

import org.jspecify.annotations.NullMarked;
