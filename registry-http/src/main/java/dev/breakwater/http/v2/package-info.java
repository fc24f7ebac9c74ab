/** The OCI distribution API under {@code /v2/}. */
@NullMarked
package dev.breakwater.http.v2;

import org.jspecify.annotations.NullMarked;
