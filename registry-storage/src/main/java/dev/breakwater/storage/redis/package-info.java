/** Redis, for what may be lost at any time: notifications, shared counters and short copies. */
@NullMarked
package dev.breakwater.storage.redis;

import org.jspecify.annotations.NullMarked;
