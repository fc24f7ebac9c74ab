@NullMarked
package dev.breakwater.core.audit;

import org.jspecify.annotations.NullMarked;
