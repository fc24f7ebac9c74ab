/** Quotas in the management API. */
@NullMarked
package dev.breakwater.http.api.quota;

import org.jspecify.annotations.NullMarked;
