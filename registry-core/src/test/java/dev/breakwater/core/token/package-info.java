@NullMarked
package dev.breakwater.core.token;

import org.jspecify.annotations.NullMarked;
