/** Vulnerabilities that are known and accepted. */
@NullMarked
package dev.breakwater.core.allowlist;

import org.jspecify.annotations.NullMarked;
