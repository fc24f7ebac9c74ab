/** Redis, tried with real servers. */
@NullMarked
package dev.breakwater.storage.redis;

import org.jspecify.annotations.NullMarked;
