/** What can go wrong: error codes and the one exception that carries them. */
@NullMarked
package dev.breakwater.core.error;

import org.jspecify.annotations.NullMarked;
