/** Allowlists in the management API. */
@NullMarked
package dev.breakwater.http.api.allowlist;

import org.jspecify.annotations.NullMarked;
