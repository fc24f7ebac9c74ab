@NullMarked
package dev.breakwater.core.permission;

import org.jspecify.annotations.NullMarked;
