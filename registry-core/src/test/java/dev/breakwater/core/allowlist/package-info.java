/** Test doubles of allowlists. */
@NullMarked
package dev.breakwater.core.allowlist;

import org.jspecify.annotations.NullMarked;
