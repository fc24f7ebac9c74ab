/** Expiry rules in the management API. */
@NullMarked
package dev.breakwater.http.api.expiry;

import org.jspecify.annotations.NullMarked;
