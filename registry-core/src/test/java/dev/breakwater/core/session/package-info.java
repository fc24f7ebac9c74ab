@NullMarked
package dev.breakwater.core.session;

import org.jspecify.annotations.NullMarked;
